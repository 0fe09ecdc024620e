package io.rlhf4j.bench;

import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What is timed: a GPT-2 type model with random weights and the batches it works on.
 *
 * @param batch rows of a training step
 * @param length tokens per row of a training step
 * @param rows completions that are sampled at once, and episodes of a PPO step
 * @param ptxRatio pretraining examples per episode of a PPO step, as in PPO-ptx; 0 = plain PPO
 * @param repetitions whose median counts
 * @param recomputing whether a training step computes its layers again in the backward pass
 */
public record Sizes(
    int layers,
    int width,
    int heads,
    int vocabulary,
    int batch,
    int length,
    int rows,
    double ptxRatio,
    int repetitions,
    Precision precision,
    boolean recomputing) {

  ModelConfig model(int positions) {
    return ModelConfig.gpt2(vocabulary, width, layers, heads, positions);
  }

  /** Random tokens, the same for the same seed. */
  int[] tokens(long seed, int count) {
    return new Random(seed).ints(count, 0, vocabulary).toArray();
  }

  List<int[]> prompts(int count, int promptLength) {
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      prompts.add(tokens(2 + i, promptLength));
    }
    return prompts;
  }

  /** 6 (12 L C^2 + V C) + 12 L C T: forward and backward, attention included. */
  double flopPerToken() {
    double l = layers;
    double c = width;
    return 6 * (12 * l * c * c + vocabulary * c) + 12 * l * c * length;
  }
}
