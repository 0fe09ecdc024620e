package io.rlhf4j.stage;

import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.model.AdapterFolder;
import io.rlhf4j.model.Initialization;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.RewardModel.Likelihood;
import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.LoraConfig;
import io.rlhf4j.train.RankedSample;
import io.rlhf4j.train.RewardConfig;
import io.rlhf4j.train.RewardTrainer;
import io.rlhf4j.train.WhenRunExists;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reward model from a model folder and a file of rankings or comparisons. */
public final class RewardStage {
  /**
   * @param model folder of the model to start from (the paper: the SFT model)
   * @param rankings rankings, or comparisons in any preference schema
   * @param center demonstrations that shall score 0 on average (paper, section 3.5), or null
   * @param gradientCheckpointing whether layers are computed again in the backward pass, for less
   *     memory
   * @param lora adapters, and the head's weight, in place of training every weight
   */
  public record Job(
      Path model,
      Path rankings,
      @Nullable Path center,
      PromptStyle format,
      Precision precision,
      boolean gradientCheckpointing,
      LoraConfig lora,
      Path output,
      RewardConfig training) {
    public Job {
      lora.require(training.optimizer());
    }

    /** Training of every weight. */
    public Job(
        Path model,
        Path rankings,
        @Nullable Path center,
        PromptStyle format,
        Precision precision,
        Path output,
        RewardConfig training) {
      this(model, rankings, center, format, precision, false, LoraConfig.off(), output, training);
    }
  }

  /** The paper's setting; {@code model}, {@code rankings} and {@code output} must be given. */
  public static Job defaults() {
    return with(RewardConfig.instructgpt());
  }

  /** The same with another training configuration. */
  @SuppressWarnings("NullAway") // null here means: must be given
  public static Job with(RewardConfig training) {
    return new Job(null, null, null, PromptStyle.PLAIN, Precision.best(), null, training);
  }

  private RewardStage() {}

  /**
   * Runs the stage; the model is in {@code output/model} afterwards, and an adapter by itself in
   * {@code output/adapter}.
   */
  public static StageResult run(Job job, String configAsRead, WhenRunExists whenThere) {
    List<Path> inputs = new ArrayList<>(List.of(job.model(), job.rankings()));
    Path center = job.center();
    if (center != null) {
      inputs.add(center);
    }
    // Comparisons come as rankings of two.
    List<Ranking> rankings = DatasetReader.readRankings(job.rankings());
    try (StageFolder folder =
            StageFolder.open(
                "reward",
                job.output(),
                job,
                configAsRead,
                job.training().seed(),
                inputs,
                whenThere,
                job.training().checkpoints());
        Tokenizer tokenizer = Tokenizer.load(job.model());
        Transformer base =
            ModelFolder.read(
                job.model(),
                ScalarFolder.heads(likelihood(job)),
                job.precision(),
                !job.lora().on());
        Transformer model = adapted(base, job).recomputingLayers(job.gradientCheckpointing())) {
      int longest = Math.min(job.training().maxLength(), model.config().maxPositions());
      Texts texts = new Texts(PromptFormat.of(job.format(), tokenizer), longest);
      List<RankedSample> train = texts.rankings(rankings).orFail("ranking", longest);
      RewardModel reward =
          ScalarFolder.of(model, tokenizer, job.training().readout(), likelihood(job))
              .withOriginAt(someOutputs(train), job.training().microBatchSize());
      new RewardTrainer(job.training(), reward, train, folder.run()).train();
      if (center != null) {
        reward =
            reward.centeredOn(
                texts
                    .demonstrations(DatasetReader.readDemonstrations(center))
                    .orFail("demonstration", longest),
                job.training().microBatchSize());
      }
      ScalarFolder.write(folder.model(), reward, tokenizer, job.training().readout());
      AdapterFolder.write(folder.adapter(), model, job.model());
      return folder.finish(model.parameterCount());
    }
  }

  private static Likelihood likelihood(Job job) {
    return new Likelihood(job.training().likelihoodWeight(), 0);
  }

  /** Outputs whose mean likelihood counts 0 while the model learns; always the same ones. */
  private static List<Sample> someOutputs(List<RankedSample> train) {
    List<Sample> outputs = new ArrayList<>();
    for (RankedSample ranking : train.subList(0, Math.min(256, train.size()))) {
      ranking.completions().forEach(c -> outputs.add(new Sample(ranking.prompt(), c)));
    }
    return outputs;
  }

  /** The model to train; an adapter takes the head over, so the head comes first. */
  private static Transformer adapted(Transformer base, Job job) {
    if (!ModelFolder.hasScalarHead(job.model())) {
      Initialization.scalarHead(base, job.training().seed());
    }
    return job.lora().adapt(base, job.training().seed());
  }
}
