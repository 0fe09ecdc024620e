package io.rlhf4j.train;

import io.rlhf4j.model.Weights;

/** Numbers that must be numbers. */
final class Guard {
  private Guard() {}

  /**
   * The value itself.
   *
   * @param model the value comes from, e.g. "policy"
   * @throws DivergenceException when it is NaN or infinite; it names the model's first weight that
   *     is no number, if there is one
   */
  static double finite(String what, double value, String model, Weights weights) {
    if (!Double.isFinite(value)) {
      String culprit = weights.firstNonFinite(weights.flat());
      throw new DivergenceException(
          what
              + " is not finite: "
              + value
              + (culprit.equals("(none)")
                  ? "; all weights of the " + model + " model are finite"
                  : "; the weight '" + culprit + "' in the " + model + " model is not"));
    }
    return value;
  }
}
