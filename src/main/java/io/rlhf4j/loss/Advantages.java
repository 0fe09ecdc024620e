package io.rlhf4j.loss;

import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/** How much better a token or a completion was than expected. Nothing here is differentiated. */
public final class Advantages {
  private Advantages() {}

  /**
   * What generalised advantage estimation gives.
   *
   * @param advantages [B, A] A_t; 0 at masked positions; not whitened
   * @param returns [B, A] A_t + V_t, what the value function learns; 0 at masked positions
   */
  public record Gae(Tensor advantages, Tensor returns) {}

  /** What a group's rewards are divided by. */
  public enum Deviation {
    /** Standard deviation with n - 1 (TRL, verl). */
    UNBIASED,
    /** Standard deviation with n. */
    POPULATION,
    /** Nothing (Dr. GRPO: Liu et al. 2025). */
    NONE
  }

  /**
   * Generalised advantage estimation (Schulman et al. 2016, equation 16), the value after the last
   * real token being 0:
   *
   * <pre>
   * delta_t = R_t + gamma V_(t+1) - V_t
   * A_t     = delta_t + gamma lambda A_(t+1)
   * </pre>
   *
   * @param rewards [B, A]
   * @param values [B, A] of the states before each token
   * @param mask [B, A] 1 for real tokens, else 0
   * @param gamma discount, [0, 1]; InstructGPT: 1
   * @param lambda [0, 1]; lm-human-preferences: 0.95
   */
  public static Gae gae(Tensor rewards, Tensor values, Tensor mask, double gamma, double lambda) {
    Averaging.requireMask("rewards", rewards, mask);
    Shape.requireSame("values", values, "rewards", rewards);
    requireShare("gamma", gamma);
    requireShare("lambda", lambda);
    int rows = Math.toIntExact(rewards.size(0));
    int length = Math.toIntExact(rewards.size(1));
    // A loop over plain numbers: as tensor operations it is a chain of 4 A tiny ones, slower on a
    // CPU and far slower on an accelerator than the three transfers.
    double[] r = Host.doubles(rewards);
    double[] v = Host.doubles(values);
    double[] m = Host.doubles(mask);
    double[] advantages = new double[r.length];
    double[] returns = new double[r.length];
    for (int row = 0; row < rows; row++) {
      double nextValue = 0;
      double nextAdvantage = 0;
      for (int i = (row + 1) * length - 1; i >= row * length; i--) {
        if (m[i] == 0) {
          continue;
        }
        double delta = r[i] + gamma * nextValue - v[i];
        advantages[i] = delta + gamma * lambda * nextAdvantage;
        returns[i] = advantages[i] + v[i];
        nextValue = v[i];
        nextAdvantage = advantages[i];
      }
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return new Gae(scope.keep(like(values, advantages)), scope.keep(like(values, returns)));
    }
  }

  /**
   * REINFORCE with a constant baseline: R - b (Williams 1992).
   *
   * @param returns [B]
   * @return [B]
   */
  public static Tensor lessBaseline(Tensor returns, double baseline) {
    Shape.require("returns [B]", returns, -1);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return scope.keep(returns.sub(new Scalar(baseline)));
    }
  }

  /**
   * REINFORCE with the batch's mean as baseline.
   *
   * @param returns [B]
   * @return [B]
   */
  public static Tensor lessBatchMean(Tensor returns) {
    Shape.require("returns [B]", returns, -1);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return scope.keep(returns.sub(returns.mean()));
    }
  }

  /**
   * RLOO: R less the mean of the prompt's other completions (Ahmadian et al. 2024), which is (K R -
   * sum) / (K - 1).
   *
   * @param rewards [G, K] of K completions of each of G prompts, K at least 2
   * @return [G, K]
   */
  public static Tensor leaveOneOut(Tensor rewards) {
    Shape.require("rewards [G, K]", rewards, -1, -1);
    long k = rewards.size(1);
    if (k < 2) {
      throw new IllegalArgumentException(
          "leave-one-out needs at least 2 completions per prompt, had " + k);
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor less = rewards.sub(rewards.mean(new long[] {1}, true, noType()));
      return scope.keep(less.mul_(new Scalar((double) k / (k - 1))));
    }
  }

  /**
   * GRPO: (R - mean) / (std + epsilon) within each prompt's group (Shao et al. 2024).
   *
   * @param rewards [G, K] of K completions of each of G prompts, K at least 2
   * @param epsilon at least 0; TRL: 1e-4, verl: 1e-6; not used by {@link Deviation#NONE}
   * @return [G, K]
   */
  public static Tensor groupNormalized(Tensor rewards, Deviation deviation, double epsilon) {
    Shape.require("rewards [G, K]", rewards, -1, -1);
    if (rewards.size(1) < 2) {
      throw new IllegalArgumentException(
          "a group needs at least 2 completions per prompt, had " + rewards.size(1));
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor less = rewards.sub(rewards.mean(new long[] {1}, true, noType()));
      if (deviation != Deviation.NONE) {
        boolean unbiased = deviation == Deviation.UNBIASED;
        less.div_(rewards.std(new long[] {1}, unbiased, true).add_(new Scalar(epsilon)));
      }
      return scope.keep(less);
    }
  }

  private static Tensor like(Tensor model, double[] numbers) {
    return Host.doubles(numbers, Shape.of(model)).to(model.device(), Averaging.wide(model));
  }

  private static ScalarTypeOptional noType() {
    return new ScalarTypeOptional();
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1], was " + value);
    }
  }
}
