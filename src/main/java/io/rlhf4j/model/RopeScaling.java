package io.rlhf4j.model;

import io.rlhf4j.data.InputException;

/**
 * Llama 3's stretching of rotary positions to longer contexts: wavelengths above {@code
 * originalMaxPositions / lowFreqFactor} are divided by {@code factor}, those below {@code
 * originalMaxPositions / highFreqFactor} stay, and those between are interpolated.
 *
 * @param factor how much longer the context becomes, at least 1
 * @param lowFreqFactor positive, below {@code highFreqFactor}
 * @param originalMaxPositions context length before stretching, in tokens
 */
public record RopeScaling(
    double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositions) {
  public RopeScaling {
    if (!(factor >= 1) || Double.isInfinite(factor)) {
      throw new InputException("rope_scaling.factor must be at least 1, was " + factor);
    }
    if (!(lowFreqFactor > 0) || !(highFreqFactor > lowFreqFactor)) {
      throw new InputException(
          "rope_scaling needs 0 < low_freq_factor < high_freq_factor, had "
              + lowFreqFactor
              + " and "
              + highFreqFactor);
    }
    if (originalMaxPositions < 1) {
      throw new InputException(
          "rope_scaling.original_max_position_embeddings must be positive, was "
              + originalMaxPositions);
    }
  }
}
