package io.rlhf4j.eval.judge;

import io.rlhf4j.stats.Auc;
import io.rlhf4j.stats.Correlation;
import java.util.List;
import java.util.Locale;

/**
 * How a scorer agrees with scores that came with the data and that it never saw.
 *
 * @param theirs the other scores' name
 * @param accuracy share on the same side of one half
 * @param commoner accuracy of always giving their commoner side
 */
public record Agreement(
    String scorer,
    String theirs,
    int texts,
    double accuracy,
    double commoner,
    double auc,
    double pearson,
    double spearman,
    double meanOurs,
    double meanTheirs) {
  /** The heading of {@link #row}. */
  public static final List<String> HEAD =
      List.of(
          "Scorer",
          "Against",
          "Texts",
          "Same side of 0.5",
          "Commoner side alone",
          "AUC",
          "Pearson",
          "Spearman",
          "Mean",
          "Their mean");

  /**
   * @param ours [N]
   * @param their [N]
   */
  public static Agreement of(String scorer, String theirs, double[] ours, double[] their) {
    int n = ours.length;
    boolean[] positive = new boolean[n];
    double same = 0;
    double positives = 0;
    double sumOurs = 0;
    double sumTheirs = 0;
    for (int i = 0; i < n; i++) {
      positive[i] = their[i] > 0.5;
      positives += positive[i] ? 1 : 0;
      same += (ours[i] > 0.5) == positive[i] ? 1 : 0;
      sumOurs += ours[i];
      sumTheirs += their[i];
    }
    return new Agreement(
        scorer,
        theirs,
        n,
        same / n,
        Math.max(positives, n - positives) / n,
        positives > 0 && positives < n ? Auc.of(ours, positive) : 0.5,
        Correlation.pearson(ours, their),
        Correlation.spearman(ours, their),
        sumOurs / n,
        sumTheirs / n);
  }

  /** For a table under {@link #HEAD}. */
  public List<String> row() {
    return List.of(
        scorer,
        theirs,
        Integer.toString(texts),
        fixed(accuracy),
        fixed(commoner),
        fixed(auc),
        fixed(pearson),
        fixed(spearman),
        fixed(meanOurs),
        fixed(meanTheirs));
  }

  private static String fixed(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
