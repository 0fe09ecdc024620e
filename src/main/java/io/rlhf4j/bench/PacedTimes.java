package io.rlhf4j.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Repetitions of work with the machine's multiply rate taken before and after each: other guests
 * change the machine's speed from second to second, so a rate taken once would be of another
 * machine.
 */
final class PacedTimes {
  private final MultiplyRate pace;
  private final int warmUp;
  private final Times times = new Times();
  private final List<Double> rates = new ArrayList<>();
  private final List<Double> ratios = new ArrayList<>();
  private int seen;
  private double before;

  /**
   * @param warmUp how many repetitions do not count, since they take memory and choose kernels
   */
  PacedTimes(MultiplyRate pace, int warmUp) {
    this.pace = pace;
    this.warmUp = warmUp;
    before = pace.now();
  }

  /**
   * Takes a repetition that has just ended.
   *
   * @return whether it counts
   */
  boolean add(double seconds) {
    double after = pace.now();
    double beside = (before + after) / 2;
    before = after;
    seen++;
    if (seen <= warmUp) {
      return false;
    }
    times.add(seconds);
    rates.add(beside);
    ratios.add(1 / (seconds * beside));
    return true;
  }

  double seconds() {
    return times.median();
  }

  /** The multiply rate beside the repetitions, its median. */
  double rate() {
    return Times.median(rates);
  }

  /** The median over repetitions of the share of the rate beside each that so much work reaches. */
  double share(double flop) {
    return flop * Times.median(ratios);
  }
}
