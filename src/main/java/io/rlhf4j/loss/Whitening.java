package io.rlhf4j.loss;

import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Brings the real tokens of a batch to variance 1: (x - mean) / sqrt(var + 1e-8), over all of them
 * together (Huang et al. 2024). Masked positions give 0. Nothing here is differentiated.
 */
public final class Whitening {
  private static final double EPSILON = 1e-8;

  private Whitening() {}

  /** What the sum of squared deviations is divided by. */
  public enum Variance {
    /** n: lm-human-preferences (TensorFlow's moments). */
    BIASED,
    /** n - 1: TRL. */
    UNBIASED
  }

  /**
   * Advantages: mean 0, variance 1.
   *
   * @param advantages [B, A]
   * @param mask [B, A] 1 for real tokens, else 0
   * @return [B, A]
   */
  public static Tensor advantages(Tensor advantages, Tensor mask, Variance variance) {
    return whiten(advantages, mask, variance, false);
  }

  /**
   * Rewards: variance 1 with their mean put back, since its sign says whether the completions were
   * good.
   *
   * @param rewards [B, A]
   * @param mask [B, A] 1 for real tokens, else 0
   * @return [B, A]
   */
  public static Tensor rewards(Tensor rewards, Tensor mask, Variance variance) {
    return whiten(rewards, mask, variance, true);
  }

  private static Tensor whiten(Tensor values, Tensor mask, Variance variance, boolean keepMean) {
    Averaging.requireMask("values", values, mask);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor real = Averaging.zeroed(values, mask);
      Tensor count = mask.to(real.scalar_type()).sum();
      Scalar one = new Scalar(1.0);
      Tensor mean = real.sum().div(count.clamp_min(one));
      Tensor centred = Averaging.zeroed(real.sub(mean), mask);
      Tensor divisor =
          switch (variance) {
            case BIASED -> count;
            case UNBIASED -> count.sub(one);
          };
      Tensor spread =
          centred.square().sum().div(divisor.clamp_min(one)).add_(new Scalar(EPSILON)).sqrt_();
      Tensor white = centred.div_(spread);
      return scope.keep(keepMean ? Averaging.zeroed(white.add_(mean), mask) : white);
    }
  }
}
