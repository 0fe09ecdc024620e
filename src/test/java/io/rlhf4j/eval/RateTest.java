package io.rlhf4j.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.stats.Interval;
import org.junit.jupiter.api.Test;

class RateTest {
  @Test
  void everyCountMakesARateEvenNoneAndAll() {
    for (int n = 1; n <= 200; n++) {
      for (int k : new int[] {0, 1, n / 2, n}) {
        Rate rate = Rate.of(k, n);
        assertThat(rate.rate()).isEqualTo((double) k / n);
        assertThat(rate.high() - rate.low()).isPositive();
      }
    }
  }

  @Test
  void theIntervalIsWilsons() {
    // 5 of 10, z = 1.96: middle 0.5, reach 1.96 sqrt(0.025 + 0.009604) / 1.38416 = 0.2634
    Rate rate = Rate.of(5, 10);
    assertThat(rate.low()).isCloseTo(0.2366, within(1e-4));
    assertThat(rate.high()).isCloseTo(0.7634, within(1e-4));
  }

  @Test
  void anIntervalThatLeavesTheSharesIsCut() {
    assertThat(Rate.of(new Interval(0.01, -0.02, 0.04))).isEqualTo(new Rate(0.01, 0, 0.04));
    assertThat(Mean.of(new Interval(4, 3, 5))).isEqualTo(new Mean(4, 3, 5));
  }

  @Test
  void oneIntervalIsAboveAnotherOnlyWhenTheyDoNotTouch() {
    Rate low = new Rate(0.2, 0.1, 0.3);
    assertThat(new Rate(0.4, 0.31, 0.5).above(low)).isTrue();
    assertThat(new Rate(0.4, 0.3, 0.5).above(low)).isFalse();
    assertThat(new Rate(0.6, 0.51, 0.7).above(0.5)).isTrue();
    assertThat(new Rate(0.5, 0.5, 0.7).above(0.5)).isFalse();
    assertThat(new Rate(0.4, 0.3, 0.49).below(0.5)).isTrue();
  }
}
