package io.rlhf4j.eval.judge;

import io.rlhf4j.stats.Auc;
import io.rlhf4j.stats.Calibration;
import io.rlhf4j.stats.Correlation;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How well a scorer does on texts it was not trained on. A text counts as positive when its label
 * is above one half.
 *
 * @param what which texts these were, e.g. "answers to new questions"
 * @param commoner accuracy of always giving the commoner label
 * @param calibrationError mean distance of predicted from observed share, over 10 bins
 * @param correlation Pearson's, with the labels; null where the labels are yes and no
 */
public record ScorerQuality(
    String what,
    int texts,
    double accuracy,
    double commoner,
    double auc,
    double calibrationError,
    @Nullable Double correlation) {
  private static final int BINS = 10;

  /**
   * @param scores [N] in [0, 1]
   * @param labels [N] in [0, 1]
   */
  static ScorerQuality of(String what, double[] scores, double[] labels, boolean graded) {
    boolean[] positive = new boolean[labels.length];
    double right = 0;
    double positives = 0;
    for (int i = 0; i < labels.length; i++) {
      positive[i] = labels[i] > 0.5;
      positives += positive[i] ? 1 : 0;
      right += (scores[i] > 0.5) == positive[i] ? 1 : 0;
    }
    double n = labels.length;
    boolean both = positives > 0 && positives < n;
    return new ScorerQuality(
        what,
        labels.length,
        right / n,
        Math.max(positives, n - positives) / n,
        both ? Auc.of(scores, positive) : 0.5,
        Calibration.of(scores, labels, BINS).expectedError(),
        graded ? Correlation.pearson(scores, labels) : null);
  }

  /** For example "on 2,243 answers to new questions: accuracy 0.66 (...), AUC 0.70, ...". */
  String sentence() {
    Double r = correlation;
    return String.format(
            Locale.ROOT,
            "on %,d %s accuracy %.3f (the commoner label alone %.3f), AUC %.3f,"
                + " calibration error %.3f",
            texts,
            what,
            accuracy,
            commoner,
            auc,
            calibrationError)
        + (r == null ? "" : String.format(Locale.ROOT, ", correlation with the scores %.3f", r));
  }
}
