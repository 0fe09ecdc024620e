package io.rlhf4j.eval.output;

import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A figure that follows from sums over outputs: a mean from (sum, count), BLEU from its counts. So
 * one bootstrap serves all of them.
 *
 * @param judge as {@link io.rlhf4j.eval.figure.Figure#judge}
 * @param parts one output's share of the sums; empty when the output does not count here
 * @param value the figure, from the sums
 */
public record Metric(
    String name,
    String definition,
    String judge,
    Function<OutputRow, double[]> parts,
    ToDoubleFunction<double[]> value) {
  /** Mean of a number per output; outputs for which it is NaN do not count. */
  static Metric mean(
      String name, String definition, String judge, ToDoubleFunction<OutputRow> number) {
    return new Metric(
        name,
        definition,
        judge,
        row -> {
          double value = number.applyAsDouble(row);
          return Double.isNaN(value) ? new double[0] : new double[] {value, 1};
        },
        sums -> sums[0] / sums[1]);
  }
}
