package io.rlhf4j.loss;

import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The reward model's loss: -(1/C(K,2)) E[ log sigmoid(r(x, y_w) - r(x, y_l)) ] over all pairs of a
 * prompt's K ranked completions (Ouyang et al. 2022, equation 1), ties left out.
 */
public final class RankingLoss {
  private RankingLoss() {}

  /**
   * The loss with its statistics.
   *
   * @param loss [] differentiable in the scores
   * @param packed [3] accuracy, margin, number of pairs, detached; see {@link #stats}
   */
  public record Result(Tensor loss, Tensor packed) {
    /** Reads the statistics, with one transfer from the device. */
    public Stats stats() {
      double[] numbers = Host.doubles(packed);
      return new Stats(numbers[0], numbers[1], Math.round(numbers[2]));
    }
  }

  /**
   * How well the scores order the pairs.
   *
   * @param accuracy share of pairs whose winner scores strictly higher, 0 to 1; 0 without pairs
   * @param margin mean of winner's score less loser's; 0 without pairs
   * @param pairs number of pairs
   */
  public record Stats(double accuracy, double margin, long pairs) {}

  /**
   * -(1/rankings) sum of weight log sigmoid(score of winner - score of loser).
   *
   * <p>A ranking's pairs share a weight: 1/C(K,2) as the paper prints it, or 1/(pairs kept) when
   * dropped ties should not make a ranking count less. With all weights 1 and the number of pairs
   * as {@code rankings} it is the mean over pairs.
   *
   * @param scores [S] rewards of the completions
   * @param winners [P] int64 indices into the scores
   * @param losers [P] int64 indices into the scores
   * @param weights [P]
   * @param rankings number of rankings that the pairs come from, tied-out ones included
   */
  public static Result pairwise(
      Tensor scores, Tensor winners, Tensor losers, Tensor weights, long rankings) {
    Shape.require("scores [S]", scores, -1);
    Shape.require("winners [P]", winners, -1);
    Shape.requireSame("losers", losers, "winners", winners);
    Shape.requireSame("weights", weights, "winners", winners);
    if (rankings < 1) {
      throw new IllegalArgumentException("rankings must be at least 1, was " + rankings);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor wide = scores.to(Averaging.wide(scores));
      Tensor margins = wide.index_select(0, winners).sub(wide.index_select(0, losers));
      Tensor loss =
          torch.log_sigmoid(margins).mul(weights).sum().div(new Scalar((double) -rankings));
      return new Result(scope.keep(loss), scope.keep(stats(margins)));
    }
  }

  private static Tensor stats(Tensor margins) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      long pairs = margins.size(0);
      Scalar divisor = new Scalar((double) Math.max(1, pairs));
      Tensor correct = margins.gt(new Scalar(0.0)).sum().to(margins.scalar_type());
      return scope.keep(
          torch.stack(
              new TensorVector(
                  correct.div(divisor),
                  margins.detach().sum().div(divisor),
                  torch.full(new long[0], new Scalar((double) pairs), margins.options()))));
    }
  }
}
