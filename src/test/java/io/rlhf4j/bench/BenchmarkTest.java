package io.rlhf4j.bench;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.LeakCheck;
import io.rlhf4j.model.Precision;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchmarkTest {
  private static final Benchmark SMALL = new Benchmark(1, 16, 2, 40, 2, 8, 1, Precision.FLOAT32);

  @Test
  void everyWorkIsTimedAndTold() {
    List<String> told = new ArrayList<>();
    List<Measure> measures =
        SMALL.run(EnumSet.allOf(Benchmark.Work.class), measure -> told.add(measure.work()));
    assertThat(told)
        .containsExactly(
            "matrix multiply", "training step", "prefill", "decode", "decode", "PPO step");
    assertThat(measures).extracting(Measure::work).isEqualTo(told);
    assertThat(measures).allSatisfy(m -> assertThat(m.seconds()).isPositive());
    Measure training = measures.get(1);
    // 2 rows of 8 tokens
    assertThat(training.tokensPerSecond()).isCloseTo(16 / training.seconds(), within(1e-6));
    double rate = requireNonNull(training.flopPerSecond());
    double peak = requireNonNull(measures.get(0).flopPerSecond());
    assertThat(training.shareOfPeak()).isCloseTo(rate / peak, within(1e-9));
  }

  @Test
  void onlyWhatWasAskedForIsTimed() {
    assertThat(SMALL.run(EnumSet.of(Benchmark.Work.GENERATE), measure -> {}))
        .extracting(Measure::work)
        .containsExactly("matrix multiply", "prefill", "decode", "decode");
  }

  @Test
  void theOperationsOfATokenAreThoseOfItsProducts() {
    // 6 (12 * 1 * 16^2 + 40 * 16) + 12 * 1 * 16 * 8 = 6 (3072 + 640) + 1536
    assertThat(SMALL.flopPerToken()).isEqualTo(23_808);
  }

  @Test
  void aLineSaysTheRateAndItsShare() {
    assertThat(new Measure("training step", "8 rows", 0.5, 4096.0, 3e11, 0.75).line())
        .isEqualTo(
            "training step      500.0 ms, 4096 tokens/s, 300 GFLOP/s, 75% of the multiply rate"
                + "  (8 rows)");
  }

  @Test
  void nothingIsLeftBehind() {
    LeakCheck.cleansUp(() -> SMALL.run(EnumSet.allOf(Benchmark.Work.class), measure -> {}));
  }
}
