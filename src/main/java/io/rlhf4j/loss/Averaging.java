package io.rlhf4j.loss;

import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How the real tokens of a batch become one number. Masked positions may hold anything, even NaN:
 * they reach neither the value nor the gradient. A batch without real tokens gives 0.
 */
public enum Averaging {
  /** Every real token weighs the same (lm-human-preferences, TRL's PPO). */
  OVER_TOKENS,
  /** First within each sequence, then over the sequences that have tokens (original GRPO). */
  OVER_SEQUENCES;

  /**
   * The mean of the real tokens' values.
   *
   * @param values [B, A]
   * @param mask [B, A] 1 for real tokens, else 0
   * @return [] differentiable in the values
   */
  public Tensor mean(Tensor values, Tensor mask) {
    requireMask("values", values, mask);
    try (TensorScope scope = TensorScope.open()) {
      Tensor real = zeroed(values, mask);
      Tensor counted = mask.to(wide(values));
      Scalar one = new Scalar(1.0);
      return scope.keep(
          switch (this) {
            case OVER_TOKENS -> real.sum().div(counted.sum().clamp_min(one));
            case OVER_SEQUENCES -> {
              Tensor lengths = counted.sum(1);
              Tensor means = real.sum(1).div(lengths.clamp_min(one));
              yield means.sum().div(lengths.clamp_max(one).sum().clamp_min(one));
            }
          });
    }
  }

  /** The values with exact zeros where the mask is 0; no gradient flows there. */
  static Tensor zeroed(Tensor values, Tensor mask) {
    return values.to(wide(values)).masked_fill(mask.eq(new Scalar(0.0)), new Scalar(0.0));
  }

  /** float32 for the half-width types, whose sums would lose digits; else the tensor's own. */
  static ScalarType wide(Tensor values) {
    ScalarType type = values.scalar_type().intern(); // a native enum is a new object every time
    return type == ScalarType.BFloat16 || type == ScalarType.Half ? ScalarType.Float : type;
  }

  static void requireMask(String name, Tensor values, Tensor mask) {
    Shape.require(name + " [B, A]", values, -1, -1);
    Shape.requireSame("mask", mask, name, values);
  }
}
