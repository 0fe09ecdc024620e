package io.rlhf4j.stage;

import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.Demonstration;
import io.rlhf4j.data.InputException;
import io.rlhf4j.model.AdapterFolder;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.LoraConfig;
import io.rlhf4j.train.SftConfig;
import io.rlhf4j.train.SftTrainer;
import io.rlhf4j.train.TokenStream;
import io.rlhf4j.train.WhenRunExists;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Supervised fine-tuning of a model folder on a file of demonstrations. */
public final class SftStage {
  /**
   * @param model folder of the model to start from
   * @param demonstrations any prompt-completion schema
   * @param valid held-out demonstrations, or null
   * @param pretrain text to mix in when {@code training.pretrain_share} is above 0
   * @param gradientCheckpointing whether layers are computed again in the backward pass, for less
   *     memory
   * @param keepEpochs whether the model after each epoch is kept in {@code epochs/}, for selection
   *     by reward
   * @param lora adapters in place of training every weight
   */
  public record Job(
      Path model,
      Path demonstrations,
      @Nullable Path valid,
      @Nullable Path pretrain,
      PromptStyle format,
      Precision precision,
      boolean gradientCheckpointing,
      boolean keepEpochs,
      LoraConfig lora,
      Path output,
      SftConfig training) {
    public Job {
      lora.require(training.optimizer());
    }

    /** Training of every weight. */
    public Job(
        Path model,
        Path demonstrations,
        @Nullable Path valid,
        @Nullable Path pretrain,
        PromptStyle format,
        Precision precision,
        boolean keepEpochs,
        Path output,
        SftConfig training) {
      this(
          model,
          demonstrations,
          valid,
          pretrain,
          format,
          precision,
          false,
          keepEpochs,
          LoraConfig.off(),
          output,
          training);
    }
  }

  /** The paper's setting; {@code model}, {@code demonstrations}, {@code output} must be given. */
  public static Job defaults() {
    return with(SftConfig.instructgpt());
  }

  /** The same with another training configuration. */
  @SuppressWarnings("NullAway") // null here means: must be given
  public static Job with(SftConfig training) {
    return new Job(
        null, null, null, null, PromptStyle.PLAIN, Precision.best(), false, null, training);
  }

  private SftStage() {}

  /**
   * Runs the stage; the model is in {@code output/model} afterwards, and an adapter by itself in
   * {@code output/adapter}.
   */
  public static StageResult run(Job job, String configAsRead, WhenRunExists whenThere) {
    List<Path> inputs = new ArrayList<>(List.of(job.model(), job.demonstrations()));
    Path validFile = job.valid();
    Path pretrainFile = job.pretrain();
    if (validFile != null) {
      inputs.add(validFile);
    }
    if (pretrainFile != null) {
      inputs.add(pretrainFile);
    }
    if (job.training().pretrainShare() > 0 && pretrainFile == null) {
      throw new InputException(
          "training.pretrain_share is "
              + job.training().pretrainShare()
              + " but there is no pretrain text to mix in; give pretrain=FILE or set it to 0");
    }
    List<Demonstration> demonstrations = DatasetReader.readDemonstrations(job.demonstrations());
    try (StageFolder folder =
            StageFolder.open(
                "sft",
                job.output(),
                job,
                configAsRead,
                job.training().seed(),
                inputs,
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
      List<Sample> train = texts.demonstrations(demonstrations).orFail("demonstration", longest);
      List<Sample> valid =
          validFile == null
              ? List.of()
              : texts
                  .demonstrations(DatasetReader.readDemonstrations(validFile))
                  .orFail("validation demonstration", longest);
      TokenStream mixedIn =
          job.training().pretrainShare() > 0 && pretrainFile != null
              ? texts.stream(DatasetReader.readTexts(pretrainFile))
              : null;
      SftTrainer trainer =
          new SftTrainer(
              job.training(), model, tokenizer.padId(), train, valid, mixedIn, folder.run());
      if (job.keepEpochs()) {
        trainer.afterEpoch(
            epoch -> {
              Path kept = folder.path().resolve("epochs").resolve("epoch-" + epoch);
              ModelFolder.write(kept, model);
              tokenizer.saveTo(kept);
            });
      }
      trainer.train();
      ModelFolder.write(folder.model(), model);
      tokenizer.saveTo(folder.model());
      AdapterFolder.write(folder.adapter(), model, job.model());
      return folder.finish(model.parameterCount());
    }
  }
}
