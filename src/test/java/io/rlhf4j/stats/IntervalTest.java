package io.rlhf4j.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.data.InputException;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class IntervalTest {
  @Test
  void theNormalQuantileIsTheOneInTheBooks() {
    assertThat(Quantile.normal(0.975)).isCloseTo(1.959963984540054, within(1e-14));
    assertThat(Quantile.normal(0.5)).isEqualTo(0);
    assertThat(Quantile.normal(0.0005)).isCloseTo(-3.290526731491894, within(1e-11));
  }

  @Test
  void studentQuantilesAreTheOnesInTheBooks() {
    // One degree of freedom is the Cauchy distribution: tan(pi (p - 1/2)).
    assertThat(Quantile.studentT(0.975, 1)).isCloseTo(Math.tan(Math.PI * 0.475), within(1e-11));
    // Two: t = (2p - 1) / sqrt(2 p (1 - p)).
    assertThat(Quantile.studentT(0.975, 2))
        .isCloseTo(0.95 / Math.sqrt(2 * 0.975 * 0.025), within(1e-12));
    // Ten, worked with 50 digits: 2.22813885198627475.
    assertThat(Quantile.studentT(0.975, 10)).isCloseTo(2.228138851986275, within(1e-12));
    // The exact sum and the series meet where one hands over to the other.
    assertThat(Quantile.studentT(0.975, 1001))
        .isCloseTo(Quantile.studentT(0.975, 1000), within(3e-6))
        .isLessThan(Quantile.studentT(0.975, 1000));
  }

  @Test
  void wilsonsIntervalWorkedByHand() {
    // 0 of 20: low 0, high z^2 / (n + z^2) = 3.841459 / 23.841459 = 0.161125
    Interval none = Interval.wilson(0, 20);
    assertThat(none.rate()).isEqualTo(0);
    assertThat(none.low()).isCloseTo(0, within(1e-15));
    assertThat(none.high()).isCloseTo(0.161125, within(1e-6));
  }

  @Test
  void theTIntervalOfTwoValuesWorkedByHand() {
    // mean 1.5, standard error 0.5, t(0.975, 1) = 12.7062: 1.5 +- 6.3531
    Interval interval = Interval.mean(new double[] {1, 2}, 0.95);
    assertThat(interval.rate()).isEqualTo(1.5);
    assertThat(interval.halfWidth()).isCloseTo(6.3531, within(1e-4));
  }

  @Test
  void intervalsEqualTheGoldenOnes() {
    MathFixture fixture = MathFixture.read("intervals");
    Offset<Double> near = fixture.tolerance();
    for (MathFixture.Case c : fixture.cases()) {
      JsonNode in = c.input();
      Interval normal;
      switch (in.get("kind").asText()) {
        case "proportion" -> {
          double successes = in.get("successes").asDouble();
          double trials = in.get("trials").asDouble();
          normal = Interval.wald(successes, trials, 0.95);
          check(c.name(), Interval.wilson(successes, trials), c.expected().get("wilson"), near);
          assertThat(Interval.shareError(successes / trials, trials))
              .isCloseTo(c.expected().get("standard_error").asDouble(), near);
        }
        case "mean" -> {
          double[] values = MathFixture.doubles(in.get("values"));
          normal = Interval.normalMean(values, 0.95);
          assertThat(Interval.error(values))
              .isCloseTo(c.expected().get("standard_error").asDouble(), near);
        }
        default ->
            normal =
                Interval.difference(
                    in.get("successes1").asDouble(),
                    in.get("trials1").asDouble(),
                    in.get("successes2").asDouble(),
                    in.get("trials2").asDouble(),
                    0.95);
      }
      assertThat(normal.rate()).isCloseTo(c.expected().get("estimate").asDouble(), near);
      check(c.name(), normal, c.expected().get("normal"), near);
    }
  }

  private static void check(String name, Interval found, JsonNode wanted, Offset<Double> near) {
    assertThat(found.low()).as(name).isCloseTo(wanted.get(0).asDouble(), near);
    assertThat(found.high()).as(name).isCloseTo(wanted.get(1).asDouble(), near);
  }

  @Test
  void wilsonsIntervalHoldsItsShareWhateverTheRounding() {
    for (int n = 1; n <= 2000; n++) {
      assertThat(Interval.wilson(n, n).high()).isEqualTo(1);
      assertThat(Interval.wilson(0, n).low()).isEqualTo(0);
    }
  }

  @Test
  void wilsonsIntervalCoversTheTruthAsOftenAsItSays() {
    // 20,000 samples of 100 at p = 0.73, near the labelers' agreement. The exact coverage at this
    // n and p, summed over the binomial distribution, is 0.9453.
    Random random = new Random(1);
    int covered = 0;
    int rounds = 20_000;
    for (int r = 0; r < rounds; r++) {
      int successes = 0;
      for (int i = 0; i < 100; i++) {
        successes += random.nextDouble() < 0.73 ? 1 : 0;
      }
      Interval interval = Interval.wilson(successes, 100);
      covered += interval.low() <= 0.73 && 0.73 <= interval.high() ? 1 : 0;
    }
    assertThat((double) covered / rounds).isCloseTo(0.95, within(0.015));
  }

  @Test
  void theTIntervalOfFiveNormalValuesCoversTheTruthAsOftenAsItSays() {
    Random random = new Random(2);
    int covered = 0;
    int tooNarrow = 0;
    int rounds = 20_000;
    for (int r = 0; r < rounds; r++) {
      double[] values = random.doubles(5).map(u -> 3 + random.nextGaussian()).toArray();
      Interval t = Interval.mean(values, 0.95);
      Interval normal = Interval.normalMean(values, 0.95);
      covered += t.low() <= 3 && 3 <= t.high() ? 1 : 0;
      tooNarrow += normal.low() <= 3 && 3 <= normal.high() ? 1 : 0;
    }
    assertThat((double) covered / rounds).isCloseTo(0.95, within(0.015));
    // Why the t interval exists: at n = 5 the normal one covers 0.878.
    assertThat((double) tooNarrow / rounds).isCloseTo(0.878, within(0.015));
  }

  @Test
  void impossibleSharesAreRefused() {
    assertThatThrownBy(() -> Interval.wilson(3, 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("had 3.0 of 2.0");
    assertThatThrownBy(() -> Interval.wilson(0, 0)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> Interval.wilson(1, 2, 95))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("was 95.0");
  }
}
