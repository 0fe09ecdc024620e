package io.rlhf4j.train;

import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Transformer;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * What PPO learns from: one iteration's episodes. B episodes, A = longest completion; all tensors
 * float32 and without gradients, in the iteration's scope.
 *
 * @param samples [B] prompts with the completions sampled
 * @param finished [B] whether each ended by itself
 * @param mask [B, A] 1 on completion tokens
 * @param logprobs [B, A] log pi(a|s) of the policy that sampled them
 * @param referenceLogprobs [B, A] of the starting policy
 * @param values [B, A] the value model's estimate before each token
 * @param scores [B] the reward model's, after penalty and clipping
 * @param advantages [B, A]
 * @param returns [B, A] what the value model should have said
 */
record Rollout(
    List<Sample> samples,
    boolean[] finished,
    Tensor mask,
    Tensor logprobs,
    Tensor referenceLogprobs,
    Tensor values,
    Tensor scores,
    Tensor advantages,
    Tensor returns) {

  /**
   * Finds the model that is to blame for a number that is none, before it has spread into every
   * loss.
   *
   * @throws DivergenceException naming the model and its weight
   */
  void requireFinite(PpoTrainer.Models models) {
    require("the sum of the scores", scores, "reward", models.reward().transformer());
    require("the policy's log-probability", logprobs, "policy", models.policy());
    require("the reference's log-probability", referenceLogprobs, "reference", models.reference());
    require("the sum of the values", values, "value", models.value());
  }

  private static void require(String what, Tensor numbers, String name, Transformer model) {
    Guard.finite(what, numbers.sum().item_double(), name, model.trained());
  }

  /** Rows {@code from} to {@code to} of a [B, A] tensor. */
  static Tensor rows(Tensor grid, int from, int to) {
    return grid.narrow(0, from, (long) to - from);
  }
}
