package io.rlhf4j.stage;

import io.rlhf4j.data.Comparison;
import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.model.AdapterFolder;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.DpoConfig;
import io.rlhf4j.train.DpoTrainer;
import io.rlhf4j.train.LoraConfig;
import io.rlhf4j.train.PairSample;
import io.rlhf4j.train.WhenRunExists;
import java.nio.file.Path;
import java.util.List;

/** Direct preference optimization of a model folder on a file of comparisons or rankings. */
public final class DpoStage {
  /**
   * @param model folder of the model to start from, which is the reference as well
   * @param comparisons comparisons in any preference schema, or rankings
   * @param gradientCheckpointing whether layers are computed again in the backward pass, for less
   *     memory
   * @param lora adapters in place of training every weight
   */
  public record Job(
      Path model,
      Path comparisons,
      PromptStyle format,
      Precision precision,
      boolean gradientCheckpointing,
      LoraConfig lora,
      Path output,
      DpoConfig training) {
    public Job {
      lora.require(training.optimizer());
    }

    /** Training of every weight. */
    public Job(
        Path model,
        Path comparisons,
        PromptStyle format,
        Precision precision,
        Path output,
        DpoConfig training) {
      this(model, comparisons, format, precision, false, LoraConfig.off(), output, training);
    }
  }

  /** TRL's setting; {@code model}, {@code comparisons} and {@code output} must be given. */
  public static Job defaults() {
    return with(DpoConfig.defaults());
  }

  /** The same with another training configuration. */
  @SuppressWarnings("NullAway") // null here means: must be given
  public static Job with(DpoConfig training) {
    return new Job(null, null, PromptStyle.PLAIN, Precision.best(), null, training);
  }

  private DpoStage() {}

  /**
   * Runs the stage; the model is in {@code output/model} afterwards, and an adapter by itself in
   * {@code output/adapter}.
   */
  public static StageResult run(Job job, String configAsRead, WhenRunExists whenThere) {
    List<Comparison> comparisons =
        DatasetReader.readRankings(job.comparisons()).stream()
            .map(Ranking::comparisons)
            .flatMap(List::stream)
            .toList();
    try (StageFolder folder =
            StageFolder.open(
                "dpo",
                job.output(),
                job,
                configAsRead,
                job.training().seed(),
                List.of(job.model(), job.comparisons()),
                whenThere,
                job.training().checkpoints());
        Tokenizer tokenizer = Tokenizer.load(job.model());
        Transformer base =
            ModelFolder.readLanguage(job.model(), job.precision(), !job.lora().on());
        Transformer model =
            job.lora()
                .adapt(base, job.training().seed())
                .recomputingLayers(job.gradientCheckpointing())) {
      int longest = Math.min(job.training().maxLength(), model.config().maxPositions());
      Texts texts = new Texts(PromptFormat.of(job.format(), tokenizer), longest);
      List<PairSample> train = texts.comparisons(comparisons).orFail("comparison", longest);
      new DpoTrainer(job.training(), model, tokenizer.padId(), train, folder.run()).train();
      ModelFolder.write(folder.model(), model);
      tokenizer.saveTo(folder.model());
      AdapterFolder.write(folder.adapter(), model, job.model());
      return folder.finish(model.parameterCount());
    }
  }
}
