package io.rlhf4j.stage;

import io.rlhf4j.data.InputException;
import io.rlhf4j.model.Footprint;
import io.rlhf4j.model.Heads;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.LanguageConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What pretraining holds: the text, one model, and a micro-batch of its rows. */
final class PretrainMemory {
  /** Bytes per byte of text: the text itself, and four per token twice, four bytes to a token. */
  private static final long TEXT = 3;

  private PretrainMemory() {}

  static MemoryPlan plan(PretrainStage.Job job) {
    LanguageConfig training = job.training();
    long length = training.contextLength();
    if (length > job.model().positions()) {
      throw new InputException(
          "training.context_length must be at most model.positions = "
              + job.model().positions()
              + ", was "
              + length
              + "; lower it or raise model.positions");
    }
    Footprint model =
        new Footprint(
            PretrainStage.config(job.model(), vocabulary(job)),
            job.precision(),
            Heads.LANGUAGE,
            null,
            job.gradientCheckpointing());
    long rows = Math.min(training.microBatchSize(), training.batchSize());
    return new MemoryParts()
        .add("text", "read whole, with its tokens", TEXT * size(job.text()))
        .trained("model", model, training.optimizer())
        .atItsWidest(
            "activations and loss of %d rows of %d tokens".formatted(rows, length),
            model.castWeights() + model.activations(rows, length) + model.lmLoss(rows * length))
        .plan();
  }

  /** A vocabulary trained by the stage may come out smaller. */
  private static int vocabulary(PretrainStage.Job job) {
    Path folder = job.tokenizer();
    if (folder == null) {
      return job.vocabulary();
    }
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      return tokenizer.vocabularySize();
    }
  }

  private static long size(Path text) {
    try {
      return Files.size(text);
    } catch (IOException e) {
      throw new InputException("text must be a file that can be read, was " + text, e);
    }
  }
}
