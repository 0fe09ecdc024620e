package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether things said to happen with probability p happen that often: for a reward model, whether
 * pairs given sigmoid(r_a - r_b) = 0.8 are won by a in 80% of cases.
 *
 * @param bins of equal width over [0, 1], empty ones left out
 * @param expectedError mean distance between said and seen, weighted by the bins' counts (ECE)
 * @param brier mean squared distance between said probability and outcome
 */
public record Calibration(List<Bin> bins, double expectedError, double brier) {
  /**
   * @param low the bin reaches from here, inclusive
   * @param high to here, exclusive but for the last
   * @param count how many predictions fell into it
   * @param predicted their mean
   * @param observed mean outcome
   */
  public record Bin(double low, double high, int count, double predicted, double observed) {}

  public Calibration {
    bins = List.copyOf(bins);
  }

  /**
   * @param probabilities [n] in [0, 1]
   * @param outcomes [n] 1 happened, 0 not, 1/2 a tie
   */
  public static Calibration of(double[] probabilities, double[] outcomes, int binCount) {
    int n = probabilities.length;
    if (n == 0 || outcomes.length != n || binCount < 1) {
      throw new InputException(
          "calibration needs equally many probabilities and outcomes and at least 1 bin, had %d, %d, %d"
              .formatted(n, outcomes.length, binCount));
    }
    int[] counts = new int[binCount];
    double[] predicted = new double[binCount];
    double[] observed = new double[binCount];
    double brier = 0;
    for (int i = 0; i < n; i++) {
      double p = probabilities[i];
      if (!(p >= 0 && p <= 1)) {
        throw new InputException("probabilities must lie in [0, 1], found " + p);
      }
      int bin = Math.min(binCount - 1, (int) (p * binCount));
      counts[bin]++;
      predicted[bin] += p;
      observed[bin] += outcomes[i];
      brier += (p - outcomes[i]) * (p - outcomes[i]) / n;
    }
    List<Bin> bins = new ArrayList<>();
    double error = 0;
    for (int b = 0; b < binCount; b++) {
      if (counts[b] > 0) {
        error += Math.abs(predicted[b] - observed[b]) / n;
        bins.add(
            new Bin(
                (double) b / binCount,
                (b + 1.0) / binCount,
                counts[b],
                predicted[b] / counts[b],
                observed[b] / counts[b]));
      }
    }
    return new Calibration(bins, error, brier);
  }
}
