package io.rlhf4j.loss;

import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Losses that train a policy on comparisons without a reference policy, by means per token. */
public sealed interface ReferenceFreeLoss {

  /** What the mean log-probabilities are multiplied by to be called rewards. */
  double beta();

  /**
   * The loss of each pair.
   *
   * @param chosen [B] mean log-probability per token of the chosen completion
   * @param rejected [B] of the rejected one
   * @return [B] differentiable in both
   */
  Tensor perPair(Tensor chosen, Tensor rejected);

  /**
   * The loss of a batch of comparisons.
   *
   * @param chosen [B] log-probability of the chosen completion, summed over its tokens
   * @param rejected [B] of the rejected one
   * @param chosenLengths [B] tokens of the chosen completion, at least 1
   * @param rejectedLengths [B] tokens of the rejected one, at least 1
   */
  default PreferenceLoss.Result of(
      Tensor chosen, Tensor rejected, Tensor chosenLengths, Tensor rejectedLengths) {
    Shape.require("chosen [B]", chosen, -1);
    Shape.requireSame("rejected", rejected, "chosen", chosen);
    Shape.requireSame("chosenLengths", chosenLengths, "chosen", chosen);
    Shape.requireSame("rejectedLengths", rejectedLengths, "chosen", chosen);
    try (TensorScope scope = TensorScope.open()) {
      Tensor chosenMean = chosen.div(chosenLengths);
      Tensor rejectedMean = rejected.div(rejectedLengths);
      Tensor losses = perPair(chosenMean, rejectedMean);
      return PreferenceLoss.Result.keep(scope, losses, chosenMean, rejectedMean, beta());
    }
  }

  /**
   * ORPO (Hong et al. 2024, equations 6 and 7): -log p_chosen - lambda log sigmoid(log odds of
   * chosen - log odds of rejected), odds = p / (1 - p) and p the geometric mean over tokens.
   *
   * @param lambda weight of the odds-ratio term, above 0; the paper: 0.1
   */
  record Orpo(double lambda) implements ReferenceFreeLoss {
    // A float32 mean of exactly 0 (certain tokens) would otherwise make log(1 - p) infinite.
    private static final double NEARLY_CERTAIN = -1e-12;

    public Orpo {
      if (!(lambda > 0 && lambda < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("lambda must be a finite number above 0, was " + lambda);
      }
    }

    @Override
    public double beta() {
      return lambda;
    }

    @Override
    public Tensor perPair(Tensor chosen, Tensor rejected) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor ratio = logOdds(chosen).sub(logOdds(rejected));
        return scope.keep(chosen.neg().sub(torch.log_sigmoid(ratio), new Scalar(lambda)));
      }
    }

    private static Tensor logOdds(Tensor logProb) {
      // log(1 - p) as log(-expm1(log p)), which keeps its digits where p is near 1.
      return logProb.sub(logProb.clamp_max(new Scalar(NEARLY_CERTAIN)).expm1().neg().log());
    }
  }

  /**
   * SimPO (Meng et al. 2024, equation 6): -log sigmoid(beta (chosen - rejected) - gamma), both
   * means per token.
   *
   * @param beta above 0; the paper: 2 to 10
   * @param gamma target margin, at least 0
   */
  record SimPo(double beta, double gamma) implements ReferenceFreeLoss {
    public SimPo {
      if (!(beta > 0 && beta < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("beta must be a finite number above 0, was " + beta);
      }
      if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("gamma must be a finite number from 0, was " + gamma);
      }
    }

    @Override
    public Tensor perPair(Tensor chosen, Tensor rejected) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor margin = chosen.sub(rejected).mul(new Scalar(beta)).sub(new Scalar(gamma));
        return scope.keep(torch.log_sigmoid(margin).neg());
      }
    }
  }
}
