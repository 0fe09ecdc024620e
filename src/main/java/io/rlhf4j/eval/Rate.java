package io.rlhf4j.eval;

import io.rlhf4j.data.InputException;
import io.rlhf4j.stats.Interval;

/**
 * A share with its 95% confidence interval.
 *
 * @param rate in 0..1
 * @param low lower end, in 0..rate
 * @param high upper end, in rate..1
 */
public record Rate(double rate, double low, double high) {
  public Rate {
    if (!(0 <= low && low <= rate && rate <= high && high <= 1)) {
      throw new InputException(
          "a rate needs 0 <= low <= rate <= high <= 1, was low "
              + low
              + ", rate "
              + rate
              + ", high "
              + high);
    }
  }

  /** From an interval of a share; Wald intervals are cut to 0..1. */
  public static Rate of(Interval share) {
    return new Rate(share.rate(), Math.max(0, share.low()), Math.min(1, share.high()));
  }

  /**
   * With the Wilson interval.
   *
   * @param successes ties may count one half
   * @param trials above 0
   */
  public static Rate of(double successes, double trials) {
    return of(Interval.wilson(successes, trials));
  }

  /** Whether the whole interval lies above the other one. */
  public boolean above(Rate other) {
    return low > other.high;
  }

  /** Whether the whole interval lies above a fixed share. */
  public boolean above(double share) {
    return low > share;
  }

  /** Whether the whole interval lies below a fixed share. */
  public boolean below(double share) {
    return high < share;
  }
}
