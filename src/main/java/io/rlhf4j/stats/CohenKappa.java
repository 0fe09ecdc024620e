package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * Agreement of two raters beyond what their habits alone would give (Cohen 1960; weighted: 1968).
 *
 * @param kappa 1 perfect, 0 as by chance, below 0 worse; NaN where chance alone gives no
 *     disagreement
 * @param observedAgreement share of items on which both say exactly the same
 */
public record CohenKappa(double kappa, double observedAgreement) {
  /** How bad it is to be some categories apart. */
  public enum Weights {
    NONE,
    LINEAR,
    QUADRATIC;

    double of(int apart) {
      return switch (this) {
        case NONE -> apart == 0 ? 0 : 1;
        case LINEAR -> Math.abs(apart);
        case QUADRATIC -> (double) apart * apart;
      };
    }
  }

  /**
   * @param first [items] category of each item, 0 to categories - 1
   * @param second [items] the same by the other rater
   */
  public static CohenKappa of(int[] first, int[] second, int categories, Weights weights) {
    int n = first.length;
    if (n == 0 || second.length != n) {
      throw new InputException(
          "kappa needs two equally long, non-empty lists, had %d and %d items"
              .formatted(n, second.length));
    }
    double[] firstShares = new double[categories];
    double[] secondShares = new double[categories];
    double observed = 0;
    int same = 0;
    for (int i = 0; i < n; i++) {
      requireCategory(first[i], categories);
      requireCategory(second[i], categories);
      firstShares[first[i]] += 1.0 / n;
      secondShares[second[i]] += 1.0 / n;
      observed += weights.of(first[i] - second[i]) / n;
      same += first[i] == second[i] ? 1 : 0;
    }
    double expected = 0;
    for (int a = 0; a < categories; a++) {
      for (int b = 0; b < categories; b++) {
        expected += weights.of(a - b) * firstShares[a] * secondShares[b];
      }
    }
    // One category for everything: chance alone agrees always, up to rounding.
    boolean undefined = expected < 1e-12;
    return new CohenKappa(undefined ? Double.NaN : 1 - observed / expected, (double) same / n);
  }

  /** Of the comparisons that both judged, a tie being a category of its own. */
  public static CohenKappa of(Judgements judgements, String labeler1, String labeler2) {
    List<int[]> both = new ArrayList<>();
    for (Judgements.Comparison comparison : judgements.comparisons()) {
      int[] said = {-1, -1};
      for (Judgement judgement : comparison.judgements()) {
        said[0] = judgement.labeler().equals(labeler1) ? judgement.preference().ordinal() : said[0];
        said[1] = judgement.labeler().equals(labeler2) ? judgement.preference().ordinal() : said[1];
      }
      if (said[0] >= 0 && said[1] >= 0) {
        both.add(said);
      }
    }
    if (both.isEmpty()) {
      throw new InputException(
          "'%s' and '%s' judged no comparison in common".formatted(labeler1, labeler2));
    }
    return of(
        both.stream().mapToInt(said -> said[0]).toArray(),
        both.stream().mapToInt(said -> said[1]).toArray(),
        Preference.values().length,
        Weights.NONE);
  }

  private static void requireCategory(int category, int categories) {
    if (category < 0 || category >= categories) {
      throw new InputException(
          "categories must lie in 0..%d, found %d".formatted(categories - 1, category));
    }
  }
}
