package io.rlhf4j.model;

import io.rlhf4j.tensor.Host;
import org.bytedeco.pytorch.Tensor;

/** Rotary positions (Su et al. 2021): each pair of a head's columns turns at its own frequency. */
final class Rotary {
  private Rotary() {}

  /** Cosines and sines of every position, [M, 2 D] float32: D cosines (each half once), D sines. */
  static Tensor table(ModelConfig config) {
    int d = config.headDim();
    double[] frequencies = frequencies(config);
    float[] table = new float[config.maxPositions() * 2 * d];
    for (int position = 0; position < config.maxPositions(); position++) {
      for (int i = 0; i < d; i++) {
        // float32 angles, as every reference implementation has them
        float angle = position * (float) frequencies[i % (d / 2)];
        table[position * 2 * d + i] = (float) Math.cos(angle);
        table[position * 2 * d + d + i] = (float) Math.sin(angle);
      }
    }
    return Host.floats(table, config.maxPositions(), 2L * d);
  }

  /** Radians per position of each pair, [D / 2]; Llama 3 slows the long wavelengths down. */
  static double[] frequencies(ModelConfig config) {
    int half = config.headDim() / 2;
    double[] frequencies = new double[half];
    RopeScaling scaling = config.ropeScaling();
    for (int i = 0; i < half; i++) {
      double frequency = Math.pow(config.ropeTheta(), -(double) i / half);
      frequencies[i] = scaling == null ? frequency : scale(frequency, scaling);
    }
    return frequencies;
  }

  private static double scale(double frequency, RopeScaling scaling) {
    double wavelength = 2 * Math.PI / frequency;
    double original = scaling.originalMaxPositions();
    double low = original / scaling.lowFreqFactor();
    double high = original / scaling.highFreqFactor();
    if (wavelength < high) {
      return frequency;
    }
    if (wavelength > low) {
      return frequency / scaling.factor();
    }
    double smooth =
        (original / wavelength - scaling.lowFreqFactor())
            / (scaling.highFreqFactor() - scaling.lowFreqFactor());
    return (1 - smooth) * frequency / scaling.factor() + smooth * frequency;
  }
}
