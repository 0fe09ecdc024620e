package io.rlhf4j.loss;

import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Losses that train a policy directly on comparisons, against a reference policy. All see the
 * log-ratio h = (policy - reference) of the chosen completion less that of the rejected one.
 */
public sealed interface PreferenceLoss {

  /** How strongly the policy is tied to the reference; above 0. DPO: 0.1. */
  double beta();

  /**
   * The loss of each pair.
   *
   * @param logRatio [B] h
   * @return [B] differentiable in h
   */
  Tensor perPair(Tensor logRatio);

  /**
   * The loss of a batch of comparisons.
   *
   * @param policyChosen [B] log-probability of the whole chosen completion, summed over its tokens
   * @param policyRejected [B] of the rejected one
   * @param referenceChosen [B] of the chosen one under the reference
   * @param referenceRejected [B] of the rejected one under the reference
   */
  default Result of(
      Tensor policyChosen,
      Tensor policyRejected,
      Tensor referenceChosen,
      Tensor referenceRejected) {
    Shape.require("policyChosen [B]", policyChosen, -1);
    Shape.requireSame("policyRejected", policyRejected, "policyChosen", policyChosen);
    Shape.requireSame("referenceChosen", referenceChosen, "policyChosen", policyChosen);
    Shape.requireSame("referenceRejected", referenceRejected, "policyChosen", policyChosen);
    try (TensorScope scope = TensorScope.open()) {
      Tensor chosen = policyChosen.sub(referenceChosen.detach());
      Tensor rejected = policyRejected.sub(referenceRejected.detach());
      Tensor losses = perPair(chosen.sub(rejected));
      return Result.keep(scope, losses, chosen, rejected, beta());
    }
  }

  /**
   * The loss with the rewards that the policy implies.
   *
   * @param loss [] mean over the pairs; differentiable
   * @param losses [B] of each pair; differentiable
   * @param chosenRewards [B] detached: beta (policy - reference)
   * @param rejectedRewards [B] detached
   * @param packed [4] detached statistics; see {@link #stats}
   */
  record Result(
      Tensor loss, Tensor losses, Tensor chosenRewards, Tensor rejectedRewards, Tensor packed) {

    /** Reads the statistics, with one transfer from the device. */
    public Stats stats() {
      double[] n = Host.doubles(packed);
      return new Stats(n[0], n[1], n[2], n[3]);
    }

    /** Rewards are beta times what each completion gained: chosen [B], rejected [B]. */
    static Result keep(
        TensorScope scope, Tensor losses, Tensor chosen, Tensor rejected, double beta) {
      Tensor loss = losses.mean();
      try (TensorScope inner = TensorScope.withoutGradients()) {
        Tensor chosenRewards = inner.keep(chosen.detach().mul(new Scalar(beta)));
        Tensor rejectedRewards = inner.keep(rejected.detach().mul(new Scalar(beta)));
        Tensor won = chosenRewards.gt(rejectedRewards).to(chosenRewards.scalar_type());
        Tensor packed =
            torch.stack(
                new TensorVector(
                    chosenRewards.mean(),
                    rejectedRewards.mean(),
                    chosenRewards.sub(rejectedRewards).mean(),
                    won.mean()));
        return new Result(
            scope.keep(loss),
            scope.keep(losses),
            scope.keep(chosenRewards),
            scope.keep(rejectedRewards),
            scope.keep(inner.keep(packed)));
      }
    }
  }

  /**
   * Means over the pairs, named as TRL names them.
   *
   * @param chosen {@code rewards/chosen}
   * @param rejected {@code rewards/rejected}
   * @param margin {@code rewards/margins}: chosen less rejected
   * @param accuracy {@code rewards/accuracies}: share of pairs with a strictly larger chosen reward
   */
  record Stats(double chosen, double rejected, double margin, double accuracy) {}

  /**
   * DPO (Rafailov et al. 2023, equation 7): -log sigmoid(beta h). With label smoothing eps the
   * conservative form (Mitchell 2023): -(1 - eps) log sigmoid(beta h) - eps log sigmoid(-beta h).
   *
   * @param labelSmoothing probability that a comparison is the wrong way round, [0, 0.5]
   */
  record Sigmoid(double beta, double labelSmoothing) implements PreferenceLoss {
    public Sigmoid {
      PreferenceLoss.requireBeta(beta);
      if (!(labelSmoothing >= 0 && labelSmoothing <= 0.5)) {
        throw new IllegalArgumentException(
            "label smoothing must be in [0, 0.5], was " + labelSmoothing);
      }
    }

    /** Plain DPO. */
    public Sigmoid(double beta) {
      this(beta, 0);
    }

    @Override
    public Tensor perPair(Tensor logRatio) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor scaled = logRatio.mul(new Scalar(beta));
        Tensor right = torch.log_sigmoid(scaled);
        if (labelSmoothing == 0) {
          return scope.keep(right.neg());
        }
        Tensor wrong = torch.log_sigmoid(scaled.neg());
        return scope.keep(
            right.mul(new Scalar(labelSmoothing - 1)).sub(wrong, new Scalar(labelSmoothing)));
      }
    }
  }

  /**
   * Robust DPO (Ray Chowdhury et al. 2024), unbiased when a share eps of the labels is flipped:
   * (-(1 - eps) log sigmoid(beta h) + eps log sigmoid(-beta h)) / (1 - 2 eps).
   *
   * @param labelSmoothing eps, [0, 0.5)
   */
  record RobustDpo(double beta, double labelSmoothing) implements PreferenceLoss {
    public RobustDpo {
      PreferenceLoss.requireBeta(beta);
      if (!(labelSmoothing >= 0 && labelSmoothing < 0.5)) {
        throw new IllegalArgumentException(
            "label smoothing must be in [0, 0.5), was " + labelSmoothing);
      }
    }

    @Override
    public Tensor perPair(Tensor logRatio) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor scaled = logRatio.mul(new Scalar(beta));
        double norm = 1 - 2 * labelSmoothing;
        return scope.keep(
            torch
                .log_sigmoid(scaled)
                .mul(new Scalar((labelSmoothing - 1) / norm))
                .add(torch.log_sigmoid(scaled.neg()), new Scalar(labelSmoothing / norm)));
      }
    }
  }

  /**
   * IPO (Azar et al. 2024, equation 17): (h - 1 / (2 beta))^2. The paper has sums over tokens; TRL
   * gives the same formula means per token.
   */
  record Ipo(double beta) implements PreferenceLoss {
    public Ipo {
      PreferenceLoss.requireBeta(beta);
    }

    @Override
    public Tensor perPair(Tensor logRatio) {
      try (TensorScope scope = TensorScope.open()) {
        return scope.keep(logRatio.sub(new Scalar(1 / (2 * beta))).square());
      }
    }
  }

  /** Hinge (Zhao et al. 2023; Liu et al. 2024): max(0, 1 - beta h). */
  record Hinge(double beta) implements PreferenceLoss {
    public Hinge {
      PreferenceLoss.requireBeta(beta);
    }

    @Override
    public Tensor perPair(Tensor logRatio) {
      try (TensorScope scope = TensorScope.open()) {
        return scope.keep(torch.relu(logRatio.mul(new Scalar(-beta)).add(new Scalar(1.0))));
      }
    }
  }

  private static void requireBeta(double beta) {
    if (!(beta > 0 && beta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "beta must be a finite number above 0, was " + beta + "; DPO's usual value is 0.1");
    }
  }
}
