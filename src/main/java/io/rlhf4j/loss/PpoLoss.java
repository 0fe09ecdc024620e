package io.rlhf4j.loss;

import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Proximal policy optimisation (Schulman et al. 2017, equation 7), token by token, with the clipped
 * value loss of lm-human-preferences. Total loss = policy + coefficient * value.
 */
public final class PpoLoss {
  private PpoLoss() {}

  /**
   * The policy loss with its statistics.
   *
   * @param loss [] differentiable in the new log-probabilities
   * @param packed [7] detached statistics; see {@link #stats}
   */
  public record Policy(Tensor loss, Tensor packed) {
    /** Reads the statistics, with one transfer from the device. */
    public PolicyStats stats() {
      double[] n = Host.doubles(packed);
      return new PolicyStats(n[0], n[1], n[2], n[3], n[4], n[5], n[6]);
    }
  }

  /**
   * Means over real tokens, with d = new - old log-probability and ratio = exp(d).
   *
   * @param approxKl mean d^2 / 2 (lm-human-preferences, TRL: {@code policy/approxkl_avg})
   * @param approxKlK1 mean -d
   * @param approxKlK3 mean ratio - 1 - d
   * @param clipFraction share of tokens whose clipped loss is strictly the larger ({@code
   *     policy/clipfrac_avg})
   * @param outsideFraction share of tokens with |ratio - 1| above the clip range
   * @param ratioMean mean ratio ({@code val/ratio})
   * @param ratioMax largest ratio
   */
  public record PolicyStats(
      double approxKl,
      double approxKlK1,
      double approxKlK3,
      double clipFraction,
      double outsideFraction,
      double ratioMean,
      double ratioMax) {}

  /**
   * The value loss with its statistics.
   *
   * @param loss [] differentiable in the new values; the value coefficient is the caller's
   * @param packed [5] detached statistics; see {@link #stats}
   */
  public record Value(Tensor loss, Tensor packed) {
    /** Reads the statistics, with one transfer from the device. */
    public ValueStats stats() {
      double[] n = Host.doubles(packed);
      return new ValueStats(n[0], n[1], n[2], n[3], n[4]);
    }
  }

  /**
   * Over real tokens.
   *
   * @param clipFraction share of tokens whose clipped loss is strictly the larger ({@code
   *     val/clipfrac_avg})
   * @param error mean (value - return)^2
   * @param valueMean mean value
   * @param returnMean mean return
   * @param returnVariance variance of the returns, with n
   */
  public record ValueStats(
      double clipFraction,
      double error,
      double valueMean,
      double returnMean,
      double returnVariance) {
    /** 1 - error / variance of returns: 1 is perfect, 0 no better than a constant. */
    public double explainedVariance() {
      return 1 - error / returnVariance;
    }
  }

  /** The clipped surrogate averaged over all real tokens: the paper's. */
  public static Policy policy(
      Tensor logprobs, Tensor oldLogprobs, Tensor advantages, Tensor mask, double clip) {
    return policy(logprobs, oldLogprobs, advantages, mask, clip, Averaging.OVER_TOKENS);
  }

  /**
   * mean max(-A ratio, -A clamp(ratio, 1 - clip, 1 + clip)) with ratio = exp(new - old).
   *
   * @param logprobs [B, A] of the sampled tokens under the policy being trained
   * @param oldLogprobs [B, A] under the policy that sampled them
   * @param advantages [B, A] usually whitened
   * @param mask [B, A] 1 for real tokens, else 0
   * @param clip in (0, 1); InstructGPT: 0.2
   */
  public static Policy policy(
      Tensor logprobs,
      Tensor oldLogprobs,
      Tensor advantages,
      Tensor mask,
      double clip,
      Averaging averaging) {
    Averaging.requireMask("logprobs", logprobs, mask);
    Shape.requireSame("oldLogprobs", oldLogprobs, "logprobs", logprobs);
    Shape.requireSame("advantages", advantages, "logprobs", logprobs);
    if (!(clip > 0 && clip < 1)) {
      throw new IllegalArgumentException("the policy clip must be in (0, 1), was " + clip);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor d = Averaging.zeroed(logprobs.sub(oldLogprobs.detach()), mask);
      Tensor ratio = d.exp();
      Tensor gain = Averaging.zeroed(advantages.detach(), mask).neg();
      Tensor plain = gain.mul(ratio);
      Tensor clipped =
          gain.mul(
              ratio.clamp(
                  new ScalarOptional(new Scalar(1 - clip)),
                  new ScalarOptional(new Scalar(1 + clip))));
      Tensor loss = averaging.mean(torch.maximum(plain, clipped), mask);
      return new Policy(
          scope.keep(loss), scope.keep(policyStats(d, ratio, plain, clipped, mask, clip)));
    }
  }

  /** The clipped value loss averaged over all real tokens. */
  public static Value value(
      Tensor values, Tensor oldValues, Tensor returns, Tensor mask, double clip) {
    return value(values, oldValues, returns, mask, clip, Averaging.OVER_TOKENS);
  }

  /**
   * 1/2 mean max((v - R)^2, (clamp(v, v_old - clip, v_old + clip) - R)^2).
   *
   * @param values [B, A] of the value function being trained
   * @param oldValues [B, A] at the time of the rollout
   * @param returns [B, A] see {@link Advantages.Gae}
   * @param mask [B, A] 1 for real tokens, else 0
   * @param clip above 0; lm-human-preferences: 0.2; infinity: no clipping
   */
  public static Value value(
      Tensor values,
      Tensor oldValues,
      Tensor returns,
      Tensor mask,
      double clip,
      Averaging averaging) {
    Averaging.requireMask("values", values, mask);
    Shape.requireSame("oldValues", oldValues, "values", values);
    Shape.requireSame("returns", returns, "values", values);
    if (!(clip > 0)) {
      throw new IllegalArgumentException("the value clip must be above 0, was " + clip);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor now = Averaging.zeroed(values, mask);
      Tensor old = Averaging.zeroed(oldValues.detach(), mask);
      Tensor target = Averaging.zeroed(returns.detach(), mask);
      Tensor near =
          old.add(
              now.sub(old)
                  .clamp(
                      new ScalarOptional(new Scalar(-clip)), new ScalarOptional(new Scalar(clip))));
      Tensor plain = now.sub(target).square();
      Tensor clipped = near.sub(target).square();
      Tensor loss = averaging.mean(torch.maximum(plain, clipped), mask).mul(new Scalar(0.5));
      return new Value(scope.keep(loss), scope.keep(valueStats(now, target, plain, clipped, mask)));
    }
  }

  private static Tensor policyStats(
      Tensor d, Tensor ratio, Tensor plain, Tensor clipped, Tensor mask, double clip) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Scalar one = new Scalar(1.0);
      Tensor beyond = ratio.sub(one).abs().gt(new Scalar(clip));
      return scope.keep(
          torch.stack(
              new TensorVector(
                  mean(d.square(), mask).mul_(new Scalar(0.5)),
                  mean(d.neg(), mask),
                  mean(d.expm1().sub_(d), mask),
                  mean(clipped.gt(plain).to(d.scalar_type()), mask),
                  mean(beyond.to(d.scalar_type()), mask),
                  mean(ratio, mask),
                  Averaging.zeroed(ratio, mask).max())));
    }
  }

  private static Tensor valueStats(
      Tensor now, Tensor target, Tensor plain, Tensor clipped, Tensor mask) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor targetMean = mean(target, mask);
      return scope.keep(
          torch.stack(
              new TensorVector(
                  mean(clipped.gt(plain).to(now.scalar_type()), mask),
                  mean(plain, mask),
                  mean(now, mask),
                  targetMean,
                  mean(target.sub(targetMean).square(), mask))));
    }
  }

  private static Tensor mean(Tensor values, Tensor mask) {
    return Averaging.OVER_TOKENS.mean(values.detach(), mask);
  }
}
