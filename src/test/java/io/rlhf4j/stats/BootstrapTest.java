package io.rlhf4j.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.data.InputException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  @Test
  void equalSeedsGiveEqualIntervals() {
    double[] values = new Random(3).doubles(50).toArray();
    assertThat(Bootstrap.seeded(7).mean(values)).isEqualTo(Bootstrap.seeded(7).mean(values));
    assertThat(Bootstrap.seeded(8).mean(values)).isNotEqualTo(Bootstrap.seeded(7).mean(values));
  }

  @Test
  void theIntervalOfAMeanIsNearTheNormalOne() {
    double[] values = new Random(4).doubles(400).toArray();
    Interval normal = Interval.normalMean(values, 0.95);
    Interval drawn = new Bootstrap(20_000, 0.95, 1).mean(values);
    assertThat(drawn.rate()).isEqualTo(normal.rate());
    assertThat(drawn.low()).isCloseTo(normal.low(), within(0.002));
    assertThat(drawn.high()).isCloseTo(normal.high(), within(0.002));
  }

  @Test
  void pairingTakesOutWhatTheItemsShare() {
    // b = a + 0.1 for every item: without pairing the spread of a would hide the difference.
    double[] a = new Random(5).doubles(30).toArray();
    double[] b = java.util.Arrays.stream(a).map(x -> x + 0.1).toArray();
    Interval difference = Bootstrap.seeded(1).pairedDifference(b, a);
    assertThat(difference.low()).isCloseTo(0.1, within(1e-12));
    assertThat(difference.high()).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void theIntervalCoversTheTruthAsOftenAsItSays() {
    Random random = new Random(6);
    int covered = 0;
    int rounds = 5_000;
    for (int r = 0; r < rounds; r++) {
      double[] values = random.doubles(20).map(u -> random.nextGaussian()).toArray();
      Interval interval = new Bootstrap(1000, 0.95, r).mean(values);
      covered += interval.low() <= 0 && 0 <= interval.high() ? 1 : 0;
    }
    assertThat((double) covered / rounds).isCloseTo(0.95, within(0.015));
  }

  @Test
  void unequalPairsAreRefused() {
    assertThatThrownBy(() -> Bootstrap.seeded(1).pairedDifference(new double[2], new double[3]))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("had 2 and 3");
  }

  @Test
  void twoItemsGiveTheWidestIntervalThatTheyCan() {
    Interval interval = Bootstrap.seeded(1).mean(new double[] {0, 1});
    assertThat(interval.low()).isZero();
    assertThat(interval.high()).isEqualTo(1);
  }
}
