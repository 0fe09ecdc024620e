package io.rlhf4j.loss;

import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;

/** REINFORCE (Williams 1992): the plain policy gradient, without ratio and clipping. */
public final class PolicyGradientLoss {
  private PolicyGradientLoss() {}

  /**
   * -(1/B) sum over sequences of advantage * sum over tokens of log pi.
   *
   * @param logprobs [B, A] of the sampled tokens
   * @param mask [B, A] 1 for real tokens, else 0
   * @param advantages [B] of whole completions; see {@link Advantages}
   * @return [] differentiable in the log-probabilities
   */
  public static Tensor reinforce(Tensor logprobs, Tensor mask, Tensor advantages) {
    Averaging.requireMask("logprobs", logprobs, mask);
    Shape.require("advantages [B]", advantages, logprobs.size(0));
    try (TensorScope scope = TensorScope.open()) {
      Tensor sequences = Averaging.zeroed(logprobs, mask).sum(1);
      return scope.keep(sequences.mul(advantages.detach()).mean().neg());
    }
  }
}
