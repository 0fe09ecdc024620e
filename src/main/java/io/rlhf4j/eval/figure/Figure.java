package io.rlhf4j.eval.figure;

import io.rlhf4j.data.InputException;
import org.jspecify.annotations.Nullable;

/**
 * One number of an evaluation with its 95% interval.
 *
 * @param metric what was measured; {@link FigureSet#definitions} says how
 * @param judge who scored the outputs: "" for arithmetic on the text itself, "authors" for scores
 *     that came with the file, or the name of a scorer of {@link FigureSet#judges}
 * @param size "" when the model's name has none, {@link #ALL_SIZES} for all of a family together
 * @param promptType "" when the file has none
 * @param prompts the items that the interval was drawn over
 * @param outputs how many were scored; several of one prompt count as one item
 * @param published the number that the paper prints for this cell, if it prints one
 */
public record Figure(
    String task,
    String metric,
    String judge,
    String model,
    String size,
    String promptType,
    int prompts,
    int outputs,
    double value,
    double low,
    double high,
    @Nullable Double published) {
  /** The size of a figure over all sizes of a model. */
  public static final String ALL_SIZES = "all";

  public Figure {
    if (!Double.isFinite(value) || !Double.isFinite(low) || !Double.isFinite(high)) {
      throw new InputException(
          "%s of %s is no number; it was %s [%s, %s]".formatted(metric, model, value, low, high));
    }
  }

  /** Whether both belong into one table. */
  boolean sameTable(Figure other) {
    return task.equals(other.task) && metric.equals(other.metric) && judge.equals(other.judge);
  }

  /** The model with its size. */
  public String name() {
    return size.isEmpty() ? model : model + " " + size;
  }
}
