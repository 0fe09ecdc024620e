package io.rlhf4j.loss;

import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Rewards per token: the reward model's score at the end of the completion, and at every token a
 * penalty for leaving the reference policy (Ouyang et al. 2022, equation 2; Ziegler et al. 2019):
 * R_t = -beta kl_t + 1[t = last] score. Nothing here is differentiated.
 */
public final class KlRewards {
  private KlRewards() {}

  /** What estimates KL(policy, reference) from one sampled token, with d = logp - reference. */
  public enum Estimator {
    /** d: unbiased, the paper's. */
    K1,
    /** d^2 / 2: biased, low variance (Schulman 2020). */
    K2,
    /** exp(-d) - 1 + d: unbiased and never negative (Schulman 2020). */
    K3
  }

  /**
   * The rewards with the KL they contain.
   *
   * @param rewards [B, A] R_t; 0 at masked positions
   * @param kl [B, A] kl_t without beta; 0 at masked positions. Its sum over a row is the sequence's
   *     KL ({@code objective/kl} is the mean of those)
   */
  public record Result(Tensor rewards, Tensor kl) {}

  /**
   * The paper's form, with the estimator log pi - log pi_ref.
   *
   * @param logprobs [B, A] of the policy that sampled the tokens
   * @param reference [B, A] of the same tokens under the reference policy
   * @param mask [B, A] 1 for real tokens, else 0
   * @param scores [B] of the reward model; an empty completion gets none
   * @param beta at least 0; InstructGPT: 0.02
   */
  public static Result perToken(
      Tensor logprobs, Tensor reference, Tensor mask, Tensor scores, double beta) {
    return perToken(logprobs, reference, mask, scores, beta, Estimator.K1);
  }

  /** As the shorter form, with any estimator. */
  public static Result perToken(
      Tensor logprobs,
      Tensor reference,
      Tensor mask,
      Tensor scores,
      double beta,
      Estimator estimator) {
    Averaging.requireMask("logprobs", logprobs, mask);
    Shape.require("scores [B]", scores, logprobs.size(0));
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor kl = kl(logprobs, reference, mask, estimator);
      Tensor atTheEnd = lastToken(mask).to(kl.scalar_type()).mul(scores.unsqueeze(1));
      Tensor rewards = kl.mul(new Scalar(-beta)).add_(atTheEnd);
      return new Result(scope.keep(rewards), scope.keep(kl));
    }
  }

  /**
   * Estimated KL at each token.
   *
   * @param logprobs [B, A]
   * @param reference [B, A]
   * @param mask [B, A]
   * @return [B, A]; 0 at masked positions
   */
  public static Tensor kl(Tensor logprobs, Tensor reference, Tensor mask, Estimator estimator) {
    Averaging.requireMask("logprobs", logprobs, mask);
    Shape.requireSame("reference", reference, "logprobs", logprobs);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor d = Averaging.zeroed(logprobs.sub(reference), mask);
      return scope.keep(
          switch (estimator) {
            case K1 -> d;
            case K2 -> d.square().div_(new Scalar(2.0));
            case K3 -> d.neg().expm1().add_(d);
          });
    }
  }

  /**
   * Pays each token its share of the score when it is written and takes it from what the last one
   * gets: the same return for the whole completion, earlier news for the value model.
   *
   * @param rewards [B, A] with the whole score at the last token
   * @param shares [B, A]; 0 at masked positions
   * @param mask [B, A]
   * @return [B, A]; every row sums to what it did
   */
  public static Tensor dense(Tensor rewards, Tensor shares, Tensor mask) {
    Averaging.requireMask("rewards", rewards, mask);
    Shape.requireSame("shares", shares, "rewards", rewards);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor paid = shares.sum(new long[] {1}, true, new ScalarTypeOptional());
      Tensor atTheEnd = lastToken(mask).to(rewards.scalar_type()).mul(paid);
      return scope.keep(rewards.add(shares).sub_(atTheEnd));
    }
  }

  /**
   * Marks the last real token of each row.
   *
   * @param mask [B, A]
   * @return [B, A] 1 there, else 0; a row without real tokens has no 1
   */
  public static Tensor lastToken(Tensor mask) {
    Shape.require("mask [B, A]", mask, -1, -1);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      // Real tokens from here to the end: exactly one at the last (and at padding right before it).
      Tensor fromHere = mask.flip(1).cumsum(1).flip(1);
      return scope.keep(fromHere.eq(new Scalar(1.0)).to(mask.scalar_type()).mul_(mask));
    }
  }
}
