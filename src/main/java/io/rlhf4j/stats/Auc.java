package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;

/** Area under the ROC curve: how likely a positive case scores above a negative one, ties half. */
public final class Auc {
  private Auc() {}

  /**
   * @param scores [n]
   * @param positive [n]; both kinds must occur
   */
  public static double of(double[] scores, boolean[] positive) {
    if (scores.length != positive.length) {
      throw new InputException(
          "AUC needs as many scores as labels, had %d and %d"
              .formatted(scores.length, positive.length));
    }
    double[] ranks = Correlation.ranks(scores);
    double sum = 0;
    double positives = 0;
    for (int i = 0; i < ranks.length; i++) {
      sum += positive[i] ? ranks[i] : 0;
      positives += positive[i] ? 1 : 0;
    }
    double negatives = ranks.length - positives;
    if (positives == 0 || negatives == 0) {
      throw new InputException(
          "AUC needs positive and negative cases, had %.0f and %.0f"
              .formatted(positives, negatives));
    }
    // Mann and Whitney's U over its largest value.
    return (sum - positives * (positives + 1) / 2) / (positives * negatives);
  }
}
