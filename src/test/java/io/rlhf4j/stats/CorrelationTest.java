package io.rlhf4j.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.data.InputException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CorrelationTest {
  @Test
  void pearsonWorkedByHand() {
    // Deviations (-1, 0, 1) and (-1, 1, 0): 1 / sqrt(2 * 2)
    assertThat(Correlation.pearson(new double[] {1, 2, 3}, new double[] {1, 3, 2}))
        .isCloseTo(0.5, within(1e-15));
    assertThat(Correlation.pearson(new double[] {1, 2}, new double[] {3, 3})).isNaN();
  }

  @Test
  void spearmanSeesOnlyTheOrder() {
    assertThat(Correlation.spearman(new double[] {1, 2, 3}, new double[] {1, 10, 1000}))
        .isCloseTo(1, within(1e-15));
    assertThat(Correlation.ranks(new double[] {5, 1, 5, 9})).containsExactly(2.5, 1, 2.5, 4);
  }

  @Test
  void aucCountsPairsOfPositiveAndNegative() {
    // Positives 0.9, 0.5; negatives 0.5, 0.1: above, above, tied, above = 3.5 / 4
    assertThat(Auc.of(new double[] {0.9, 0.5, 0.5, 0.1}, new boolean[] {true, true, false, false}))
        .isEqualTo(0.875);
    assertThatThrownBy(() -> Auc.of(new double[] {1}, new boolean[] {true}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("had 1 and 0");
  }

  @Test
  void aucEqualsItsSlowTwin() {
    Random random = new Random(1);
    int n = 60;
    double[] scores = random.ints(n, 0, 10).asDoubleStream().toArray();
    boolean[] positive = new boolean[n];
    for (int i = 0; i < n; i++) {
      positive[i] = random.nextBoolean();
    }
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (positive[i] && !positive[j]) {
          pairs++;
          sum += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    assertThat(Auc.of(scores, positive)).isCloseTo(sum / pairs, within(1e-12));
  }

  @Test
  void calibrationWorkedByHand() {
    // Bin [0, 0.5): 0.2 and 0.4, seen 0 and 1: said 0.3, seen 0.5. Bin [0.5, 1]: 1.0, seen 1.
    // ECE = 2/3 * 0.2; Brier = (0.04 + 0.36 + 0) / 3
    Calibration found = Calibration.of(new double[] {0.2, 0.4, 1.0}, new double[] {0, 1, 1}, 2);
    assertThat(found.bins()).hasSize(2);
    assertThat(found.bins().get(0).predicted()).isCloseTo(0.3, within(1e-15));
    assertThat(found.bins().get(1)).isEqualTo(new Calibration.Bin(0.5, 1, 1, 1, 1));
    assertThat(found.expectedError()).isCloseTo(0.4 / 3, within(1e-15));
    assertThat(found.brier()).isCloseTo(0.4 / 3, within(1e-15));
  }

  @Test
  void emptyBinsAreLeftOut() {
    assertThat(Calibration.of(new double[] {0.95}, new double[] {1}, 10).bins())
        .extracting(Calibration.Bin::low)
        .isEqualTo(List.of(0.9));
  }
}
