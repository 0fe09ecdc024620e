package io.rlhf4j.model;

import io.rlhf4j.tensor.RandomStream;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;

/** Fresh random weights. */
public final class Initialization {
  private Initialization() {}

  /**
   * GPT-2's scheme: normal with the configured deviation, projections back into the residual stream
   * scaled by 1 / sqrt(2 layers), gains one, biases zero.
   */
  public static void gpt2(Transformer model, long seed) {
    double deviation = model.config().initializerRange();
    double residual = deviation / Math.sqrt(2.0 * model.config().layers());
    try (TensorScope scope = TensorScope.withoutGradients();
        RandomStream random = RandomStream.of(seed)) {
      for (Weights.Entry entry : model.weights().entries()) {
        Tensor leaf = model.weights().get(entry.name());
        if (entry.shape().length >= 2) {
          boolean back =
              entry.name().endsWith("out.weight") || entry.name().endsWith("down.weight");
          random.normal(leaf, 0, back ? residual : deviation);
        } else if (entry.name().endsWith("bias")) {
          leaf.zero_();
        } else {
          leaf.fill_(new org.bytedeco.pytorch.Scalar(1.0));
        }
      }
    }
  }

  /**
   * A scalar head as in lm-human-preferences: weights normal with deviation 1 / sqrt(C + 1), bias
   * zero.
   */
  public static void scalarHead(Transformer model, long seed) {
    try (TensorScope scope = TensorScope.withoutGradients();
        RandomStream random = RandomStream.of(seed)) {
      double deviation = 1 / Math.sqrt(model.config().hiddenSize() + 1.0);
      random.normal(model.weights().get("score.weight"), 0, deviation);
      model.weights().get("score.bias").zero_();
    }
  }
}
