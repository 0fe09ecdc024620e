package io.rlhf4j.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How well the reward model predicts labelers' choices (paper, sections 3.5 and 4.1). Accuracies
 * are shares of held-out comparisons, ties left out.
 *
 * @param parameters of the reward model
 * @param comparisons held-out comparisons of training labelers
 * @param trainingLabelers accuracy on rankings of labelers it was trained on
 * @param heldOutLabelers accuracy on rankings of labelers it never saw
 * @param lengthBaseline accuracy of preferring the longer answer (or the shorter, if that is
 *     better)
 * @param labelersAgreement how often two labelers agree: the ceiling
 * @param calibration bins of predicted probability, ascending; empty when not measured
 */
public record RewardModelResult(
    long parameters,
    long comparisons,
    @Nullable Rate trainingLabelers,
    @Nullable Rate heldOutLabelers,
    @Nullable Rate lengthBaseline,
    @Nullable Rate labelersAgreement,
    List<CalibrationBin> calibration) {
  public RewardModelResult {
    calibration = List.copyOf(calibration);
  }

  /**
   * Comparisons to which the model gave about the same probability.
   *
   * @param predicted mean probability that the first answer is preferred, 0..1
   * @param observed share in which it was, 0..1
   * @param count comparisons in the bin
   */
  public record CalibrationBin(double predicted, double observed, long count) {}
}
