package io.rlhf4j.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LengthControlTest {
  @Test
  void aLogisticRegressionOfOneYesNoFeatureWorkedByHand() {
    // x = 0: 1 of 4 won, logit -log 3. x = 1: 3 of 4 won, logit log 3. Slope 2 log 3.
    double[][] x = {{1, 0}, {1, 0}, {1, 0}, {1, 0}, {1, 1}, {1, 1}, {1, 1}, {1, 1}};
    double[] y = {1, 0, 0, 0, 1, 1, 1, 0};
    double[] ones = new double[8];
    Arrays.fill(ones, 1);
    LogisticRegression fit = LogisticRegression.fit(x, y, ones, new double[2]);
    assertThat(fit.coefficients().get(0)).isCloseTo(-Math.log(3), within(1e-10));
    assertThat(fit.coefficients().get(1)).isCloseTo(2 * Math.log(3), within(1e-10));
    // Variance of a logit: 1 / (n p q) = 4/3; of the difference of two: 8/3.
    assertThat(fit.standardErrors().get(0)).isCloseTo(Math.sqrt(4.0 / 3), within(1e-9));
    assertThat(fit.standardErrors().get(1)).isCloseTo(Math.sqrt(8.0 / 3), within(1e-9));
  }

  @Test
  void aConstantFeatureIsRefusedWithARemedy() {
    assertThatThrownBy(
            () ->
                LogisticRegression.fit(
                    new double[][] {{1, 2}, {1, 2}},
                    new double[] {0, 1},
                    new double[] {1, 1},
                    new double[2]))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("ridge");
  }

  @Test
  void aModelThatWinsByLengthAloneIsEvenAtEqualLength() {
    Random random = new Random(1);
    int n = 4000;
    double[] outcomes = new double[n];
    double[] lengths = new double[n];
    for (int i = 0; i < n; i++) {
      // On average 50 longer, spread 100; strength 0, so only length decides.
      lengths[i] = 50 + 100 * random.nextGaussian();
      double p = 1 / (1 + Math.exp(-2 * Math.tanh(lengths[i] / 100)));
      outcomes[i] = random.nextDouble() < p ? 1 : 0;
    }
    LengthControlledWinRate rate = LengthControlledWinRate.of(outcomes, lengths);
    assertThat(rate.raw()).isGreaterThan(0.6);
    assertThat(rate.controlled().low()).isLessThan(0.5);
    assertThat(rate.controlled().high()).isGreaterThan(0.5);
    assertThat(rate.lengthEffect()).isCloseTo(2, within(0.2));
  }

  @Test
  void equalLengthsLeaveTheWinRateAsItIs() {
    // 30 wins of 40, and the half win and half loss that keep it finite: 30.5 / 41.
    double[] outcomes = new double[40];
    Arrays.fill(outcomes, 0, 30, 1);
    LengthControlledWinRate rate = LengthControlledWinRate.of(outcomes, new double[40]);
    assertThat(rate.controlled().rate()).isCloseTo(30.5 / 41, within(1e-10));
    assertThat(rate.raw()).isEqualTo(0.75);
    assertThat(rate.lengthEffect()).isEqualTo(0);
  }

  @Test
  void winningAlwaysGivesAFiniteInterval() {
    double[] outcomes = new double[20];
    Arrays.fill(outcomes, 1);
    Random random = new Random(2);
    double[] lengths = random.doubles(20).map(u -> random.nextGaussian()).toArray();
    Interval rate = LengthControlledWinRate.of(outcomes, lengths).controlled();
    assertThat(rate.rate()).isBetween(0.9, 1.0);
    assertThat(rate.low()).isGreaterThan(0.4);
  }

  @Test
  void rankingsGiveOutcomesAndLengthsInCharacters() {
    List<Ranking> rankings = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rankings.add(
          new Ranking(
              Prompt.plain("p" + i, "?"),
              List.of("a".repeat(i + 1), "bbbbb"),
              List.of(i % 2 + 1, 2 - i % 2),
              List.of("ppo", "sft"),
              List.of(),
              List.of(),
              "ann"));
    }
    assertThat(LengthControlledWinRate.ofRankings(rankings, "ppo", "sft").raw()).isEqualTo(0.5);
  }
}
