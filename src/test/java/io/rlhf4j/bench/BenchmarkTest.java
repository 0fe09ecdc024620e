package io.rlhf4j.bench;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.LeakCheck;
import io.rlhf4j.model.Precision;
import io.rlhf4j.tensor.Libtorch;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchmarkTest {
  private static final Sizes SMALL =
      new Sizes(1, 16, 2, 40, 2, 8, 4, 2, 1, Precision.FLOAT32, false);

  @ParameterizedTest
  @CsvSource({
    "TRAIN, training step, forward backward optimizer",
    "REWARD, reward-model step,",
    "DPO, DPO step, reference learning",
    "GENERATE, generation, prefill decode",
    "PPO, PPO step, rollout scoring learning ptx",
    "LOAD, first step, Java libtorch model step"
  })
  void aWorkIsToldPartByPartAndLeavesNothingBehind(
      Benchmark.Work work, String name, @Nullable String phases) {
    LeakCheck.cleansUp(
        () -> {
          List<Measure> told = new ArrayList<>();
          assertThat(new Benchmark(SMALL).run(work, told::add)).isEqualTo(told);
          Measure last = told.get(told.size() - 1);
          assertThat(last.work()).isEqualTo(name);
          assertThat(String.join(" ", last.phases().keySet()))
              .isEqualTo(phases == null ? "" : phases);
          assertThat(told)
              .allSatisfy(m -> assertThat(m.seconds()).isPositive())
              .allSatisfy(
                  m ->
                      assertThat(m.phases().values())
                          .allSatisfy(seconds -> assertThat(seconds).isNotNegative()));
        });
  }

  @Test
  void aTrainingStepsShareIsOfTheRateBesideIt() {
    Measure training = new Benchmark(SMALL).run(Benchmark.Work.TRAIN, measure -> {}).get(0);
    // 2 rows of 8 tokens
    assertThat(training.tokensPerSecond()).isCloseTo(16 / training.seconds(), within(1e-6));
    // With a single repetition the medians are that one's numbers.
    double rate = requireNonNull(training.flopPerSecond());
    double peak = requireNonNull(training.multiplyFlopPerSecond());
    assertThat(training.shareOfMultiply()).isCloseTo(rate / peak, within(1e-9));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theLargestResidentSetIsThatOfTheWorkAlone() {
    long before = requireNonNull(ResidentSet.peakOf(() -> {}));
    long during = requireNonNull(ResidentSet.peakOf(BenchmarkTest::take64Mib));
    assertThat(during).isGreaterThan(before + (48 << 20));
  }

  private static void take64Mib() {
    try (TensorScope scope = TensorScope.open()) {
      torch.ones(1 << 24);
    }
  }

  @Test
  void theMachineHasARowPerNumberOfThreadsAndKeepsItsOwn() {
    int threads = Libtorch.threads();
    List<MachineRates.Row> rows = new MachineRates(32, 1 << 10, 1).measure();
    assertThat(rows.get(0).threads()).isEqualTo(1);
    assertThat(rows.get(rows.size() - 1).threads()).isEqualTo(threads);
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(row)
                    .hasNoNullFieldsOrProperties()
                    .satisfies(r -> assertThat(r.float32FlopPerSecond()).isPositive())
                    .satisfies(r -> assertThat(r.bfloat16FlopPerSecond()).isPositive())
                    .satisfies(r -> assertThat(r.triadBytesPerSecond()).isPositive()));
    assertThat(Libtorch.threads()).isEqualTo(threads);
  }

  @Test
  void theShareIsTheMedianOfWhatEachRepetitionReachedOfTheRateBesideIt() {
    PacedTimes times = new PacedTimes(new MultiplyRate(4, 4, 4, Precision.FLOAT32.type()), 1);
    assertThat(times.add(100)).as("a first repetition that does not count").isFalse();
    assertThat(times.add(0.5)).isTrue();
    assertThat(times.seconds()).isEqualTo(0.5);
    assertThat(times.share(3)).isCloseTo(3 / (0.5 * times.rate()), within(1e-12));
  }

  @Test
  void theOperationsOfATokenAreThoseOfItsProducts() {
    // 6 (12 * 1 * 16^2 + 40 * 16) + 12 * 1 * 16 * 8 = 6 (3072 + 640) + 1536
    assertThat(SMALL.flopPerToken()).isEqualTo(23_808);
  }

  @Test
  void aFigureSaysTheRateItsShareItsMemoryAndItsParts() {
    Measure measure =
        new Measure(
            "training step",
            "8 rows",
            0.5,
            4096.0,
            3e11,
            null,
            4e11,
            0.75,
            Map.of("backward", 0.5),
            3L << 20);
    assertThat(measure.text().lines())
        .containsExactly(
            "training step      500.0 ms, 4096 tokens/s, 300 GFLOP/s, 75% of the multiply rate"
                + " of 400, up to 3 MiB  (8 rows)",
            "                   backward 500.0 ms (100%)");
  }
}
