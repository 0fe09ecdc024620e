package io.rlhf4j.eval;

import io.rlhf4j.data.InputException;
import io.rlhf4j.stats.Interval;

/**
 * A mean with its 95% confidence interval, in the unit of what was averaged.
 *
 * @param low lower end, at most the mean
 * @param high upper end, at least the mean
 */
public record Mean(double mean, double low, double high) {
  public Mean {
    if (!(low <= mean && mean <= high)) {
      throw new InputException(
          "a mean needs low <= mean <= high, was low " + low + ", mean " + mean + ", high " + high);
    }
  }

  /** From an interval of a mean. */
  public static Mean of(Interval mean) {
    return new Mean(mean.rate(), mean.low(), mean.high());
  }
}
