package io.rlhf4j.loss;

import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Language-model likelihood over a vocabulary: the supervised loss of step 1, the pretraining term
 * of PPO-ptx (Ouyang et al. 2022, equation 2) and the token log-probabilities of every policy.
 *
 * <p>Statistics are float32 for bfloat16 and float16 logits; float64 logits stay float64. A target
 * of {@link #IGNORED} leaves its row out: log-probability 0, no gradient, not counted in a mean.
 *
 * <p>Where hidden states and head are at hand, {@link ProjectedLmLoss} gives the same numbers
 * faster.
 */
public final class LmLoss {
  /** Target that marks a row as not trained on: prompt tokens, padding. */
  public static final long IGNORED = -100;

  /** 2 MiB of float32. */
  static final long SLICE_ELEMENTS = 1L << 19;

  private static final long MEAN = 1;
  private static final long SUM = 2;

  private LmLoss() {}

  /**
   * Log-probability of each target, differentiable in the logits.
   *
   * @param logits [N, V]
   * @param targets [N] int64, each in [0, V) or {@link #IGNORED}
   * @return [N] log p(target), natural logarithm
   */
  public static Tensor tokenLogProbs(Tensor logits, Tensor targets) {
    requireShapes(logits, targets);
    try (TensorScope scope = TensorScope.open()) {
      Tensor ignored = targets.lt(new Scalar(0L));
      Tensor index = targets.clamp_min(new Scalar(0L)).unsqueeze(1);
      Tensor picked =
          byRows(
              logits,
              (first, rows) ->
                  logSoftmax(rows).gather(1, index.narrow(0, first, rows.size(0))).squeeze(1));
      return scope.keep(picked.masked_fill(ignored, new Scalar(0.0)));
    }
  }

  /**
   * Mean negative log-likelihood of the counted targets: -(1/n) sum log p(target).
   *
   * @param logits [N, V]
   * @param targets [N] int64, each in [0, V) or {@link #IGNORED}; at least one is counted
   * @return [] the loss in nats per token (its exponential is the perplexity)
   */
  public static Tensor mean(Tensor logits, Tensor targets) {
    return crossEntropy(logits, targets, MEAN);
  }

  /**
   * Summed negative log-likelihood: what to use when several micro-batches with unequal numbers of
   * tokens form one batch, each divided by the tokens of the whole batch.
   *
   * @param logits [N, V]
   * @param targets [N] int64, each in [0, V) or {@link #IGNORED}
   * @return [] the loss in nats
   */
  public static Tensor sum(Tensor logits, Tensor targets) {
    return crossEntropy(logits, targets, SUM);
  }

  /**
   * Entropy of each row's distribution, H = -sum p log p, differentiable in the logits.
   *
   * @param logits [N, V]
   * @return [N] in nats, from 0 to log V
   */
  public static Tensor entropy(Tensor logits) {
    Shape.require("logits [N, V]", logits, -1, -1);
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(
          byRows(
              logits,
              (first, rows) -> {
                Tensor logProbs = logSoftmax(rows);
                return logProbs.exp().mul(logProbs).sum(-1).neg();
              }));
    }
  }

  /** What is computed from some rows of the logits, the first of which has the given index. */
  private interface RowFunction {
    Tensor apply(long first, Tensor rows);
  }

  /**
   * All rows at once when a graph is recorded; else by slices that fit a cache, so that no float32
   * copy of all logits ever exists.
   */
  private static Tensor byRows(Tensor logits, RowFunction function) {
    if (TensorScope.recordsGradients() && logits.requires_grad()) {
      return function.apply(0, logits);
    }
    long n = logits.size(0);
    long step = Math.max(1, SLICE_ELEMENTS / Math.max(1, logits.size(1)));
    Tensor out =
        torch.empty(
            new long[] {n},
            logits.options().dtype(new ScalarTypeOptional(Averaging.wide(logits))),
            null);
    for (long first = 0; first < n; first += step) {
      try (TensorScope scope = TensorScope.withoutGradients()) {
        long length = Math.min(step, n - first);
        out.narrow(0, first, length).copy_(function.apply(first, logits.narrow(0, first, length)));
      }
    }
    return out;
  }

  private static Tensor crossEntropy(Tensor logits, Tensor targets, long reduction) {
    requireShapes(logits, targets);
    try (TensorScope scope = TensorScope.open()) {
      // Fused: its backward pass needs one [N, V] gradient where gather and logsumexp need two.
      return scope.keep(
          torch.nll_loss(logSoftmax(logits), targets, new TensorOptional(), reduction, IGNORED));
    }
  }

  private static Tensor logSoftmax(Tensor logits) {
    return torch.log_softmax(logits, -1, new ScalarTypeOptional(Averaging.wide(logits)));
  }

  private static void requireShapes(Tensor logits, Tensor targets) {
    Shape.require("logits [N, V]", logits, -1, -1);
    Shape.require("targets [N]", targets, logits.size(0));
  }
}
