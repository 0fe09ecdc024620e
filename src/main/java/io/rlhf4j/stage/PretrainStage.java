package io.rlhf4j.stage;

import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.InputException;
import io.rlhf4j.model.Family;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.BpeTrainer;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.LanguageConfig;
import io.rlhf4j.train.LanguageTrainer;
import io.rlhf4j.train.WhenRunExists;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pretraining of a GPT-2 type model from scratch, with its own vocabulary unless one is given. */
public final class PretrainStage {
  /**
   * @param text .txt or JSON lines with a {@code text} key
   * @param tokenizer folder with a tokenizer.json, or null to train one
   * @param vocabulary size of a vocabulary trained here
   * @param gradientCheckpointing whether layers are computed again in the backward pass, for less
   *     memory
   */
  public record Job(
      Path text,
      @Nullable Path tokenizer,
      int vocabulary,
      Shape model,
      Precision precision,
      boolean gradientCheckpointing,
      Path output,
      LanguageConfig training) {
    /** Without gradient checkpointing. */
    public Job(
        Path text,
        @Nullable Path tokenizer,
        int vocabulary,
        Shape model,
        Precision precision,
        Path output,
        LanguageConfig training) {
      this(text, tokenizer, vocabulary, model, precision, false, output, training);
    }
  }

  /**
   * @param family gpt2 (learned positions) or llama (rotary positions, which small models learn to
   *     copy from context with much sooner)
   * @param initializerRange deviation of fresh weights; narrow models learn faster with more than
   *     GPT-2's 0.02 (about 1 / sqrt(width))
   */
  public record Shape(
      Family family, int width, int layers, int heads, int positions, double initializerRange) {
    public Shape {
      if (family != Family.GPT2 && family != Family.LLAMA) {
        throw new InputException("model.family must be gpt2 or llama, was " + family.modelType());
      }
      if (width < 1 || heads < 1 || width % heads != 0) {
        throw new InputException(
            "model.width must be a multiple of model.heads, was " + width + " with " + heads);
      }
    }
  }

  /** What holds when nothing is said; {@code text} and {@code output} have no default. */
  @SuppressWarnings("NullAway") // null here means: must be given
  public static Job defaults() {
    return new Job(
        null,
        null,
        1024,
        new Shape(Family.GPT2, 128, 4, 4, 256, 0.08),
        Precision.best(),
        null,
        LanguageConfig.defaults());
  }

  private PretrainStage() {}

  /** Runs the stage; the model is in {@code output/model} afterwards. */
  public static StageResult run(Job job, String configAsRead, WhenRunExists whenThere) {
    try (StageFolder folder =
        StageFolder.open(
            "pretrain",
            job.output(),
            job,
            configAsRead,
            job.training().seed(),
            List.of(job.text()),
            whenThere,
            job.training().checkpoints())) {
      List<String> texts = DatasetReader.readTexts(job.text());
      Path vocabulary = job.tokenizer();
      if (vocabulary == null) {
        vocabulary = folder.path().resolve("tokenizer");
        if (!Files.exists(vocabulary.resolve("tokenizer.json"))) {
          trainTokenizer(texts, job.vocabulary(), job.model().positions(), vocabulary);
        }
      }
      try (Tokenizer tokenizer = Tokenizer.load(vocabulary);
          Transformer model =
              fresh(job, tokenizer).recomputingLayers(job.gradientCheckpointing())) {
        Texts encoder =
            new Texts(PromptFormat.of(PromptStyle.PLAIN, tokenizer), job.model().positions());
        new LanguageTrainer(job.training(), model, encoder.stream(texts), folder.run()).train();
        ModelFolder.write(folder.model(), model);
        tokenizer.saveTo(folder.model());
        return folder.finish(model.parameterCount());
      }
    }
  }

  /** Learns a vocabulary from texts and writes it as a tokenizer folder. */
  public static void trainTokenizer(
      List<String> texts, int vocabulary, int positions, Path folder) {
    BpeTrainer trainer = new BpeTrainer(vocabulary, 2);
    texts.forEach(trainer::add);
    trainer.train().saveTo(folder, positions);
  }

  private static Transformer fresh(Job job, Tokenizer tokenizer) {
    ModelConfig config =
        config(job.model(), tokenizer.vocabularySize())
            .withTokens(tokenizer.eosId(), List.of(tokenizer.eosId()), tokenizer.padId())
            .withInitializerRange(job.model().initializerRange());
    return Transformer.fresh(config, job.precision(), job.training().seed());
  }

  /** The model of a shape, without its special tokens. */
  static ModelConfig config(Shape shape, int vocabulary) {
    return shape.family() == Family.GPT2
        ? ModelConfig.gpt2(
            vocabulary, shape.width(), shape.layers(), shape.heads(), shape.positions())
        : ModelConfig.llama(
            vocabulary,
            shape.width(),
            shape.layers(),
            shape.heads(),
            shape.heads(),
            // three matrices of 8/3 width weigh as much as GPT-2's two of 4 widths
            shape.width() * 8 / 3 / 16 * 16,
            shape.positions());
  }
}
