package io.rlhf4j.loss;

import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Likelihood of whole rankings: P(ranking) = prod over places k of exp(s_k) / sum over those not
 * yet placed of exp(s_j) (Plackett 1975; Luce 1959). With two completions it is Bradley-Terry, the
 * pairwise loss.
 */
public final class PlackettLuceLoss {
  private PlackettLuceLoss() {}

  /**
   * Log-likelihood of each ranking.
   *
   * @param scores [G, K] rewards in the order of the ranking, best first; what was not ranked
   *     follows in any order; padding may hold anything
   * @param present [G, K] 1 for completions, 0 for padding
   * @param placed [G, K] 1 where the order is known: all completions of a full ranking, the first k
   *     of a partial one. Within a tie the order is not known, so a tie above others cannot be
   *     expressed here; use {@link RankingLoss}
   * @return [G] natural logarithms, differentiable in the scores
   */
  public static Tensor logLikelihood(Tensor scores, Tensor present, Tensor placed) {
    Shape.require("scores [G, K]", scores, -1, -1);
    Shape.requireSame("present", present, "scores", scores);
    Shape.requireSame("placed", placed, "scores", scores);
    try (TensorScope scope = TensorScope.open()) {
      // Padding must vanish from every sum of exponentials, yet stay finite for the gradient.
      Tensor finite = Averaging.zeroed(scores, present);
      Tensor weighed =
          finite.masked_fill(present.eq(new Scalar(0.0)), new Scalar(Double.NEGATIVE_INFINITY));
      Tensor remaining = weighed.flip(1).logcumsumexp(1).flip(1);
      Tensor terms = finite.sub(remaining);
      return scope.keep(Averaging.zeroed(terms, placed.mul(present)).sum(1));
    }
  }

  /**
   * Mean negative log-likelihood per ranking.
   *
   * @param scores [G, K]
   * @param present [G, K]
   * @param placed [G, K]
   * @return []
   */
  public static Tensor mean(Tensor scores, Tensor present, Tensor placed) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(logLikelihood(scores, present, placed).mean().neg());
    }
  }
}
