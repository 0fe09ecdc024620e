package io.rlhf4j.loss;

import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;

/** How undecided a policy is, in nats: TRL's {@code policy/entropy_avg}, and an entropy bonus. */
public final class Entropy {
  private Entropy() {}

  /**
   * Mean entropy of the next-token distributions, H = -sum p log p.
   *
   * @param logits [B, A, V]
   * @param mask [B, A] 1 for real tokens, else 0
   * @return [] in nats, from 0 to log V; differentiable in the logits
   */
  public static Tensor mean(Tensor logits, Tensor mask) {
    Shape.require("logits [B, A, V]", logits, -1, -1, -1);
    Shape.require("mask [B, A]", mask, logits.size(0), logits.size(1));
    try (TensorScope scope = TensorScope.open()) {
      Tensor rows = LmLoss.entropy(logits.reshape(-1, logits.size(2)));
      return scope.keep(Averaging.OVER_TOKENS.mean(rows.reshape(mask.size(0), mask.size(1)), mask));
    }
  }
}
