package io.rlhf4j.train;

import static io.rlhf4j.train.Miniature.NO_CHECKPOINTS;
import static io.rlhf4j.train.Miniature.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.sim.Web;
import io.rlhf4j.sim.World;
import io.rlhf4j.tokenizer.BpeTrainer;
import io.rlhf4j.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bfloat16 is only worth its speed when it learns what float32 learns. */
class PrecisionCurvesTest {
  private static final int STEPS = 120;
  private static final int WINDOW = 30;
  private static final int LENGTH = 32;

  @TempDir Path folder;

  @Test
  void bfloat16LearnsAsFloat32DoesWithinATenthOfWhatASeedChanges() {
    List<String> texts = new Web(World.create(1)).documents(40_000, 1);
    BpeTrainer vocabulary = new BpeTrainer(400, 2);
    texts.forEach(vocabulary::add);
    vocabulary.train().saveTo(folder.resolve("vocabulary"), LENGTH);
    int[] ids;
    try (Tokenizer tokenizer = Tokenizer.load(folder.resolve("vocabulary"))) {
      ids = tokenizer.encodeAll(texts).stream().flatMapToInt(Arrays::stream).toArray();
    }
    List<double[]> wide = new ArrayList<>();
    List<double[]> narrow = new ArrayList<>();
    for (long seed = 1; seed <= 3; seed++) {
      wide.add(curve(ids, Precision.FLOAT32, seed));
      narrow.add(curve(ids, Precision.BFLOAT16, seed));
    }
    int windows = STEPS / WINDOW;
    assertThat(mean(wide, windows - 1)).as("it learns").isLessThan(0.7 * mean(wide, 0));
    for (int w = 0; w < windows; w++) {
      int window = w;
      DoubleSummaryStatistics seeds = wide.stream().mapToDouble(c -> c[window]).summaryStatistics();
      assertThat(Math.abs(mean(narrow, w) - mean(wide, w)))
          .as("steps from %d: float32 %s, bfloat16 %s", w * WINDOW, at(wide, w), at(narrow, w))
          .isLessThan((seeds.getMax() - seeds.getMin()) / 10);
    }
  }

  /** Mean loss of each window of steps, in nats per token. */
  private double[] curve(int[] ids, Precision precision, long seed) {
    ModelConfig shape = ModelConfig.llama(400, 32, 2, 2, 2, 80, LENGTH).withInitializerRange(0.15);
    LanguageConfig config =
        new LanguageConfig(
            STEPS, 8, 8, LENGTH, Miniature.optimizer(1e-2), 5, 0.1, NO_CHECKPOINTS, 1, seed);
    try (Transformer model = Transformer.fresh(shape, precision, seed)) {
      List<MetricsRow> rows =
          Miniature.recorded(
              folder.resolve(precision + "-" + seed),
              NO_CHECKPOINTS,
              run -> new LanguageTrainer(config, model, new TokenStream(ids), run).train());
      double[] means = new double[STEPS / WINDOW];
      for (int i = 0; i < STEPS; i++) {
        means[i / WINDOW] += number(rows.get(i), "loss") / WINDOW;
      }
      return means;
    }
  }

  private static double mean(List<double[]> curves, int window) {
    return curves.stream().mapToDouble(c -> c[window]).average().orElseThrow();
  }

  private static List<Double> at(List<double[]> curves, int window) {
    return curves.stream().map(c -> c[window]).toList();
  }
}
