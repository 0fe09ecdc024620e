package io.rlhf4j.loss;

import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/** What may happen to the reward model's scores before they become rewards. */
public final class Scores {
  private Scores() {}

  /**
   * Gives completions that never ended a fixed score in place of their own (lm-human-preferences
   * and Huang et al.: -1), so that a policy learns to stop.
   *
   * @param scores [B]
   * @param ended [B] 1 where the completion has its end token, else 0
   * @return [B]
   */
  public static Tensor replaceWhereUnended(Tensor scores, Tensor ended, double score) {
    requireShapes(scores, ended);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return scope.keep(scores.masked_fill(ended.eq(new Scalar(0.0)), new Scalar(score)));
    }
  }

  /**
   * Takes a penalty off the score of completions that never ended (TRL's missing_eos_penalty).
   *
   * @param scores [B]
   * @param ended [B] 1 where the completion has its end token, else 0
   * @param penalty at least 0
   * @return [B]
   */
  public static Tensor penalizeWhereUnended(Tensor scores, Tensor ended, double penalty) {
    requireShapes(scores, ended);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor unended = ended.eq(new Scalar(0.0)).to(scores.scalar_type());
      return scope.keep(scores.sub(unended, new Scalar(penalty)));
    }
  }

  /**
   * Limits scores to [-limit, limit] (DeepSpeed-Chat: 5, OpenRLHF: 10).
   *
   * @param scores [B]
   * @param limit above 0
   * @return [B]
   */
  public static Tensor clip(Tensor scores, double limit) {
    Shape.require("scores [B]", scores, -1);
    if (!(limit > 0)) {
      throw new IllegalArgumentException("the limit of scores must be above 0, was " + limit);
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return scope.keep(
          scores.clamp(
              new ScalarOptional(new Scalar(-limit)), new ScalarOptional(new Scalar(limit))));
    }
  }

  private static void requireShapes(Tensor scores, Tensor ended) {
    Shape.require("scores [B]", scores, -1);
    Shape.requireSame("ended", ended, "scores", scores);
  }
}
