package io.rlhf4j.cli;

import io.rlhf4j.data.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A configuration with one of everything that the reader knows. */
record SampleConfig(
    Ppo ppo, String name, Path data, List<String> stops, Rate rate, List<Step> steps) {
  enum Mode {
    PLAIN,
    KL_SHAPED
  }

  record Ppo(
      double clip,
      int batchSize,
      long seed,
      boolean whitenRewards,
      Mode mode,
      Kl kl,
      @Nullable Double target,
      Optional<String> note,
      OptionalInt limit) {
    Ppo {
      if (!(clip > 0 && clip < 1)) {
        throw new InputException("ppo.clip must be in (0, 1), was " + clip);
      }
    }
  }

  record Kl(double coefficient, int horizon) {
    Kl {
      if (horizon <= 0) {
        throw new InputException("horizon must be positive, was " + horizon);
      }
    }
  }

  sealed interface Rate permits Constant, Cosine {}

  record Constant(double value) implements Rate {}

  record Cosine(double peak, double floor) implements Rate {
    static Cosine defaults() {
      return new Cosine(1e-4, 0.1);
    }
  }

  record Step(String stage, int count) {}

  static SampleConfig defaults() {
    return new SampleConfig(
        new Ppo(
            0.2,
            512,
            42,
            false,
            Mode.PLAIN,
            new Kl(0.02, 10_000),
            null,
            Optional.empty(),
            OptionalInt.empty()),
        "run",
        Path.of("data.jsonl"),
        List.of("\n\n"),
        new Constant(1e-5),
        List.of(new Step("sft", 2)));
  }
}
