package io.rlhf4j.stats;

import java.util.Arrays;

/**
 * Reliability of any number of raters with missing labels (Krippendorff 2011, "Computing
 * Krippendorff's Alpha-Reliability").
 *
 * @param alpha 1 perfect, 0 as by chance; NaN where all labels are equal or nothing was labeled
 *     twice
 * @param pairableValues labels on units that have at least two
 */
public record KrippendorffAlpha(double alpha, int pairableValues) {
  /** How far two values are from each other. */
  public enum Metric {
    /** Equal or not. */
    NOMINAL,
    /** By how many labels lie between them. */
    ORDINAL,
    /** By their difference. */
    INTERVAL,
    /** By their difference relative to their sum; values are at least 0. */
    RATIO
  }

  /**
   * @param units [units][raters] labels; NaN where there is none
   */
  public static KrippendorffAlpha of(double[][] units, Metric metric) {
    double[][] pairable =
        Arrays.stream(units)
            .map(unit -> Arrays.stream(unit).filter(label -> !Double.isNaN(label)).toArray())
            .filter(unit -> unit.length >= 2)
            .toArray(double[][]::new);
    double[] values =
        Arrays.stream(pairable).flatMapToDouble(Arrays::stream).distinct().sorted().toArray();
    double[] totals = new double[values.length];
    double[][] coincidences = new double[values.length][values.length];
    for (double[] unit : pairable) {
      for (int i = 0; i < unit.length; i++) {
        int value = Arrays.binarySearch(values, unit[i]);
        totals[value]++;
        for (int j = 0; j < unit.length; j++) {
          if (i != j) {
            int other = Arrays.binarySearch(values, unit[j]);
            coincidences[value][other] += 1.0 / (unit.length - 1);
          }
        }
      }
    }
    double n = Arrays.stream(totals).sum();
    double observed = 0;
    double expected = 0;
    for (int c = 0; c < values.length; c++) {
      for (int v = 0; v < values.length; v++) {
        double distance = squaredDistance(metric, values, totals, c, v);
        observed += coincidences[c][v] * distance;
        expected += totals[c] * totals[v] * distance;
      }
    }
    double alpha = expected == 0 ? Double.NaN : 1 - (n - 1) * observed / expected;
    return new KrippendorffAlpha(alpha, (int) n);
  }

  private static double squaredDistance(
      Metric metric, double[] values, double[] totals, int c, int v) {
    if (c == v) {
      return 0;
    }
    double distance =
        switch (metric) {
          case NOMINAL -> 1;
          case ORDINAL -> {
            double between = -(totals[c] + totals[v]) / 2;
            for (int g = Math.min(c, v); g <= Math.max(c, v); g++) {
              between += totals[g];
            }
            yield between;
          }
          case INTERVAL -> values[c] - values[v];
          case RATIO -> (values[c] - values[v]) / (values[c] + values[v]);
        };
    return distance * distance;
  }
}
