package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.Arrays;

/** How two lists of numbers go together, from -1 to 1; NaN where one of them is constant. */
public final class Correlation {
  private Correlation() {}

  /** Of the values. */
  public static double pearson(double[] a, double[] b) {
    if (a.length != b.length || a.length < 2) {
      throw new InputException(
          "a correlation needs two equally long lists of at least 2 values, had %d and %d"
              .formatted(a.length, b.length));
    }
    double meanA = Interval.average(a);
    double meanB = Interval.average(b);
    double both = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      both += (a[i] - meanA) * (b[i] - meanB);
      squaresA += (a[i] - meanA) * (a[i] - meanA);
      squaresB += (b[i] - meanB) * (b[i] - meanB);
    }
    return both / Math.sqrt(squaresA * squaresB);
  }

  /** Of the ranks: 1 wherever one list rises with the other, straight or not. */
  public static double spearman(double[] a, double[] b) {
    return pearson(ranks(a), ranks(b));
  }

  /** [n] places from 1 upwards; equal values share the mean of their places. */
  static double[] ranks(double[] values) {
    Integer[] order = new Integer[values.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (i, j) -> Double.compare(values[i], values[j]));
    double[] ranks = new double[values.length];
    for (int start = 0; start < order.length; ) {
      int end = start;
      while (end < order.length && values[order[end]] == values[order[start]]) {
        end++;
      }
      for (int k = start; k < end; k++) {
        ranks[order[k]] = (start + 1 + end) / 2.0;
      }
      start = end;
    }
    return ranks;
  }
}
