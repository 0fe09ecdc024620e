package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.Arrays;

/**
 * Agreement of several raters beyond chance (Fleiss 1971), where each item has the same number of
 * ratings. Where some are missing, take {@link KrippendorffAlpha}.
 *
 * @param kappa NaN where everything fell into one category
 * @param observed mean share of agreeing pairs of ratings per item
 * @param expected the same if ratings were dealt out by the categories' shares
 */
public record FleissKappa(double kappa, double observed, double expected) {
  /**
   * @param counts [items][categories] how many raters put the item there
   */
  public static FleissKappa of(int[][] counts) {
    if (counts.length == 0) {
      throw new InputException("Fleiss' kappa needs at least 1 item");
    }
    int raters = Arrays.stream(counts[0]).sum();
    double[] shares = new double[counts[0].length];
    double observed = 0;
    for (int[] item : counts) {
      int here = Arrays.stream(item).sum();
      if (here != raters || raters < 2) {
        throw new InputException(
            "Fleiss' kappa needs the same number of ratings for each item, at least 2; found "
                + raters
                + " and "
                + here);
      }
      double agreeing = 0;
      for (int c = 0; c < item.length; c++) {
        shares[c] += (double) item[c] / (counts.length * (double) raters);
        agreeing += item[c] * (item[c] - 1.0);
      }
      observed += agreeing / (raters * (raters - 1.0)) / counts.length;
    }
    double expected = Arrays.stream(shares).map(share -> share * share).sum();
    boolean undefined = 1 - expected < 1e-12;
    double kappa = undefined ? Double.NaN : (observed - expected) / (1 - expected);
    return new FleissKappa(kappa, observed, expected);
  }
}
