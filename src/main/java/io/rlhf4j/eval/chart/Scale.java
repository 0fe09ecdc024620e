package io.rlhf4j.eval.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * A straight axis.
 *
 * @param low value at its start
 * @param high value at its end, above low
 * @param from place of its start, in chart units
 * @param to place of its end
 */
record Scale(double low, double high, double from, double to) {
  /** An axis that covers the values and a little more; of one value, something around it. */
  static Scale covering(double min, double max, double from, double to) {
    double span = max - min;
    double pad = span > 0 ? span * 0.04 : Math.max(Math.abs(max) * 0.1, 0.5);
    // An axis that nearly reaches zero reaches it: the eye reads heights from there.
    double low = min >= 0 && min < span * 0.25 ? 0 : min - pad;
    return new Scale(low, max + pad, from, to);
  }

  double at(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  /** About n round values on the axis: steps of 1, 2 or 5 times a power of ten. */
  List<Double> ticks(int n) {
    double rough = (high - low) / n;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = power;
    for (double factor : new double[] {1, 2, 5, 10}) {
      if (Math.abs(Math.log(power * factor / rough)) < Math.abs(Math.log(step / rough))) {
        step = power * factor;
      }
    }
    List<Double> ticks = new ArrayList<>();
    long first = (long) Math.ceil(low / step - 1e-9);
    for (long i = first; i * step <= high + step * 1e-9; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }
}
