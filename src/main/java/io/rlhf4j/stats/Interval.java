package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.Locale;

/**
 * An estimated number and the interval in which the true one lies with the stated confidence.
 *
 * @param rate the estimate itself: a share in [0, 1], a difference of shares, or a mean
 */
public record Interval(double rate, double low, double high) {
  /** The confidence used where none is given. */
  public static final double CONFIDENCE = 0.95;

  /** 95% interval of a share; see {@link #wilson(double, double, double)}. */
  public static Interval wilson(double successes, double trials) {
    return wilson(successes, trials, CONFIDENCE);
  }

  /**
   * Interval of a share after Wilson (1927), without continuity correction. Right for few trials
   * and for shares near 0 and 1, where the Wald interval has no width.
   *
   * @param successes may be fractional: ties count one half
   */
  public static Interval wilson(double successes, double trials, double confidence) {
    double p = share(successes, trials);
    double z = Quantile.normalReach(confidence);
    double z2n = z * z / trials;
    double middle = (p + z2n / 2) / (1 + z2n);
    double reach = z * Math.sqrt(p * (1 - p) / trials + z2n / (4 * trials)) / (1 + z2n);
    // Of none or all, an end is the share itself, and rounding must not put it on the wrong side.
    double low = Math.max(0, Math.min(p, middle - reach));
    double high = Math.min(1, Math.max(p, middle + reach));
    return new Interval(p, low, high);
  }

  /** Interval p +- z sqrt(p (1 - p) / n) of a share, not clipped to [0, 1]. */
  public static Interval wald(double successes, double trials, double confidence) {
    double p = share(successes, trials);
    return around(p, Quantile.normalReach(confidence) * shareError(p, trials));
  }

  /** Wald interval of the first share minus the second, both from independent trials. */
  public static Interval difference(
      double successes1, double trials1, double successes2, double trials2, double confidence) {
    double p1 = share(successes1, trials1);
    double p2 = share(successes2, trials2);
    double error = Math.hypot(shareError(p1, trials1), shareError(p2, trials2));
    return around(p1 - p2, Quantile.normalReach(confidence) * error);
  }

  /**
   * Interval of a mean by Student's t: right for few values too.
   *
   * @param values [n], n at least 2
   */
  public static Interval mean(double[] values, double confidence) {
    return around(
        average(values), Quantile.studentReach(confidence, values.length - 1) * error(values));
  }

  /** Interval of a mean by the normal distribution, as papers print it; narrower than t's. */
  public static Interval normalMean(double[] values, double confidence) {
    return around(average(values), Quantile.normalReach(confidence) * error(values));
  }

  /** Half the interval's width: the number after +-. */
  public double halfWidth() {
    return (high - low) / 2;
  }

  /** Standard error of a share. */
  public static double shareError(double p, double trials) {
    return Math.sqrt(p * (1 - p) / trials);
  }

  static double average(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Standard error of the mean, from the unbiased variance. */
  static double error(double[] values) {
    int n = values.length;
    if (n < 2) {
      throw new InputException("the interval of a mean needs at least 2 values, had " + n);
    }
    double mean = average(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (n - 1) / n);
  }

  private static double share(double successes, double trials) {
    if (!(trials > 0) || !(successes >= 0) || successes > trials) {
      throw new InputException(
          "a share needs 0 <= successes <= trials and trials above 0, had %s of %s"
              .formatted(successes, trials));
    }
    return successes / trials;
  }

  private static Interval around(double estimate, double reach) {
    return new Interval(estimate, estimate - reach, estimate + reach);
  }

  /** For example {@code 0.730 [0.636, 0.807]}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", rate, low, high);
  }
}
