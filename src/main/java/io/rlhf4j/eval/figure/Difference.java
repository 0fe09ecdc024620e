package io.rlhf4j.eval.figure;

/**
 * How much better or worse a model did than a baseline on the same prompts, with a 95% interval by
 * paired bootstrap: what a prompt does to both cancels.
 *
 * @param model with its size
 * @param baseline with its size
 * @param value the model's figure minus the baseline's
 */
public record Difference(
    String task,
    String metric,
    String judge,
    String promptType,
    String model,
    String baseline,
    int prompts,
    double value,
    double low,
    double high) {
  /** Whether the interval excludes zero. */
  public boolean clear() {
    return low > 0 || high < 0;
  }
}
