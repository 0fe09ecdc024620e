package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Intervals for any statistic by drawing the items again with replacement: Efron's percentile
 * method, widened for few items as by Hesterberg (2015, "What Teachers Should Know About the
 * Bootstrap"). An item is what was drawn independently: a prompt, not one of its 36 pairs.
 *
 * @param resamples how many times; 1,000 to 10,000 is usual
 * @param seed equal seeds give equal intervals
 */
public record Bootstrap(int resamples, double confidence, long seed) {
  public Bootstrap {
    if (resamples < 2) {
      throw new InputException("resamples must be at least 2, was " + resamples);
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new InputException("confidence must lie between 0 and 1, was " + confidence);
    }
  }

  /** 2,000 resamples at 95%. */
  public static Bootstrap seeded(long seed) {
    return new Bootstrap(2000, Interval.CONFIDENCE, seed);
  }

  /**
   * @param items how many items there are
   * @param statistic gets the indices of the items drawn [items], each in [0, items)
   */
  public Interval interval(int items, ToDoubleFunction<int[]> statistic) {
    if (items < 1) {
      throw new InputException("a bootstrap needs at least 1 item, had " + items);
    }
    int[] drawn = new int[items];
    Arrays.setAll(drawn, i -> i);
    double estimate = statistic.applyAsDouble(drawn.clone());
    SplittableRandom random = new SplittableRandom(seed);
    double[] results = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      for (int i = 0; i < items; i++) {
        drawn[i] = random.nextInt(items);
      }
      results[r] = statistic.applyAsDouble(drawn);
    }
    Arrays.sort(results);
    double tail = tail(items);
    return new Interval(estimate, quantile(results, tail), quantile(results, 1 - tail));
  }

  /** Interval of the mean of the values. */
  public Interval mean(double[] values) {
    return interval(values.length, drawn -> meanOf(values, drawn));
  }

  /**
   * Interval of mean(a) - mean(b), where a[i] and b[i] belong to the same item: what the item does
   * to both cancels.
   */
  public Interval pairedDifference(double[] a, double[] b) {
    if (a.length != b.length) {
      throw new InputException(
          "paired values need equal numbers, had %d and %d".formatted(a.length, b.length));
    }
    return interval(a.length, drawn -> meanOf(a, drawn) - meanOf(b, drawn));
  }

  /**
   * The share cut off at each end. Resamples of n items spread as if divided by n, not n - 1, and
   * know nothing of t's heavier tails; a smaller share makes up for both.
   */
  private double tail(int items) {
    double reach =
        items == 1
            ? Quantile.normalReach(confidence)
            : Quantile.studentReach(confidence, items - 1) * Math.sqrt(items / (items - 1.0));
    // So far out (2 items: 18 standard deviations) the share may come out below 0 by rounding.
    return Math.max(0, Quantile.normalShare(-reach));
  }

  private static double meanOf(double[] values, int[] drawn) {
    double sum = 0;
    for (int i : drawn) {
      sum += values[i];
    }
    return sum / drawn.length;
  }

  /** Between the two nearest of the sorted values, linearly. */
  private static double quantile(double[] sorted, double p) {
    double at = p * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
