package io.rlhf4j.loss;

import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * KTO (Ethayarajh et al. 2024, equation 8): learns from single completions marked desirable or not,
 * with x = policy - reference and z0 a batch estimate of KL(policy, reference):
 *
 * <pre>
 * desirable:   weight (1 - sigmoid(beta (x - z0)))
 * undesirable: weight (1 - sigmoid(beta (z0 - x)))
 * </pre>
 *
 * @param beta above 0; usually 0.1
 * @param desirableWeight above 0; usually 1
 * @param undesirableWeight above 0; usually 1
 */
public record Kto(double beta, double desirableWeight, double undesirableWeight) {
  public Kto {
    requirePositive("beta", beta);
    requirePositive("the weight of desirable completions", desirableWeight);
    requirePositive("the weight of undesirable completions", undesirableWeight);
  }

  /**
   * The loss with the rewards that the policy implies.
   *
   * @param loss [] mean over all completions; differentiable in the policy's log-probabilities
   * @param losses [B] of each completion; differentiable
   * @param rewards [B] detached: beta (policy - reference)
   * @param kl [] detached: z0, at least 0
   */
  public record Result(Tensor loss, Tensor losses, Tensor rewards, Tensor kl) {}

  /**
   * The loss of a batch of marked completions.
   *
   * @param policy [B] log-probability of the whole completion
   * @param reference [B] under the reference
   * @param desirable [B] 1 for desirable, 0 for undesirable
   * @param klPolicy [M] of completions put to other prompts than their own; no gradient flows here
   * @param klReference [M] under the reference
   */
  public Result of(
      Tensor policy, Tensor reference, Tensor desirable, Tensor klPolicy, Tensor klReference) {
    Shape.require("policy [B]", policy, -1);
    Shape.requireSame("reference", reference, "policy", policy);
    Shape.requireSame("desirable", desirable, "policy", policy);
    Shape.require("klPolicy [M]", klPolicy, -1);
    Shape.requireSame("klReference", klReference, "klPolicy", klPolicy);
    try (TensorScope scope = TensorScope.open()) {
      Tensor kl = klPolicy.sub(klReference).detach().mean().clamp_min(new Scalar(0.0));
      Tensor gain = policy.sub(reference.detach());
      Tensor direction = desirable.mul(new Scalar(2.0)).sub(new Scalar(1.0)); // 1 or -1
      Tensor weight =
          desirable
              .mul(new Scalar(desirableWeight - undesirableWeight))
              .add(new Scalar(undesirableWeight));
      // 1 - sigmoid(z) = sigmoid(-z)
      Tensor losses = torch.sigmoid(gain.sub(kl).mul(direction).mul(new Scalar(-beta))).mul(weight);
      return new Result(
          scope.keep(losses.mean()),
          scope.keep(losses),
          scope.keep(gain.detach().mul(new Scalar(beta))),
          scope.keep(kl));
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be a finite number above 0, was " + value);
    }
  }
}
