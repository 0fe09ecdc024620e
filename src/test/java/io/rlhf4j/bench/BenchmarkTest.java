package io.rlhf4j.bench;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.LeakCheck;
import io.rlhf4j.model.Precision;
import io.rlhf4j.tensor.Libtorch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BenchmarkTest {
  private static final Sizes SMALL = new Sizes(1, 16, 2, 40, 2, 8, 0, 1, Precision.FLOAT32);
  private static final Sizes WITH_PTX = new Sizes(1, 16, 2, 40, 2, 8, 2, 1, Precision.FLOAT32);

  @ParameterizedTest
  @EnumSource(Benchmark.Work.class)
  void everyFigureIsToldAndReturned(Benchmark.Work work) {
    List<Measure> told = new ArrayList<>();
    assertThat(new Benchmark(SMALL).run(work, told::add)).isEqualTo(told);
    assertThat(told)
        .allSatisfy(m -> assertThat(m.seconds()).isPositive())
        .allSatisfy(
            m -> assertThat(m.phases().values()).allSatisfy(s -> assertThat(s).isNotNegative()));
  }

  @Test
  void aTrainingStepIsForwardBackwardAndOptimizer() {
    Measure training = only(SMALL, Benchmark.Work.TRAIN);
    assertThat(training.phases()).containsOnlyKeys("forward", "backward", "optimizer");
    // 2 rows of 8 tokens
    assertThat(training.tokensPerSecond()).isCloseTo(16 / training.seconds(), within(1e-6));
    // With a single repetition the medians are that one's numbers.
    double rate = requireNonNull(training.flopPerSecond());
    double peak = requireNonNull(training.multiplyFlopPerSecond());
    assertThat(training.shareOfMultiply()).isCloseTo(rate / peak, within(1e-9));
  }

  @Test
  void generationIsPrefillAndDecodeForOneRowAndForMany() {
    assertThat(new Benchmark(SMALL).run(Benchmark.Work.GENERATE, measure -> {}))
        .hasSize(2)
        .allSatisfy(m -> assertThat(m.phases()).containsOnlyKeys("prefill", "decode"));
  }

  @Test
  void aPpoStepIsRolloutScoringAndLearningAndPtxWhenAskedFor() {
    assertThat(only(SMALL, Benchmark.Work.PPO).phases())
        .containsOnlyKeys("rollout", "scoring", "learning");
    assertThat(only(WITH_PTX, Benchmark.Work.PPO).phases())
        .containsOnlyKeys("rollout", "scoring", "learning", "ptx");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theLargestResidentSetIsThatOfTheWorkAlone() {
    long before = requireNonNull(ResidentSet.peakOf(() -> {}));
    byte[][] held = new byte[1][];
    long during = requireNonNull(ResidentSet.peakOf(() -> held[0] = new byte[64 << 20]));
    assertThat(held[0]).hasSize(64 << 20);
    assertThat(during).isGreaterThan(before + (48 << 20));
  }

  private static Measure only(Sizes sizes, Benchmark.Work work) {
    List<Measure> measures = new Benchmark(sizes).run(work, measure -> {});
    assertThat(measures).hasSize(1);
    return measures.get(0);
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

  @ParameterizedTest
  @EnumSource(Benchmark.Work.class)
  void nothingIsLeftBehind(Benchmark.Work work) {
    LeakCheck.cleansUp(() -> new Benchmark(WITH_PTX).run(work, measure -> {}));
  }
}
