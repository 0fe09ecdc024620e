package io.rlhf4j.loss;

import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * {@link LmLoss} straight from hidden states and the language head, logits = hidden head^T /
 * temperature. The same numbers, faster and with a fraction of the memory (src/jmh compares them):
 * the float32 statistics exist for a cache-sized slice of rows at a time, and the gradient is
 * computed in the same pass, overwriting the logits.
 *
 * <p>How it goes, block of rows by block:
 *
 * <ol>
 *   <li>logits of the block, in the hidden states' dtype;
 *   <li>slice by slice in float32: the exponentials and their sums, the targets' log-probabilities,
 *       then weight (one hot - softmax) / temperature back into the block;
 *   <li>the block times head, and the block transposed times hidden: the two gradients.
 * </ol>
 */
public final class ProjectedLmLoss {
  /** 128 MiB of bfloat16 logits: long enough for full-speed matrix products at any vocabulary. */
  public static final long BLOCK_ELEMENTS = 1L << 26;

  // Stays in the second-level cache over the half-dozen operations of a slice.
  private static final long SLICE_ELEMENTS = LmLoss.SLICE_ELEMENTS;

  /**
   * Products of bfloat16 matrices are up to a third slower where the rows of a block, or the tokens
   * of a vocabulary, are not a multiple of this. GPT-2's 50,257 is odd.
   */
  private static final long ALIGNMENT = 8;

  private static final long[] LAST = {-1};

  private ProjectedLmLoss() {}

  /**
   * What one pass over the vocabulary tells about each token. Detached.
   *
   * @param logProbs [N] log p(target); 0 where ignored
   * @param entropies [N] of the whole distribution, in nats
   */
  public record TokenStatistics(Tensor logProbs, Tensor entropies) {}

  /**
   * Summed negative log-likelihood in nats, differentiable in hidden states and head.
   *
   * @param hidden [N, C]
   * @param head [V, C]
   * @param targets [N] int64, each in [0, V) or {@link LmLoss#IGNORED}
   * @return [] float32
   */
  public static Tensor sum(Tensor hidden, Tensor head, Tensor targets) {
    requireShapes(hidden, head, targets);
    try (TensorScope scope = TensorScope.open()) {
      Tensor weights = torch.full(new long[] {targets.size(0)}, new Scalar(-1.0), wide(hidden));
      return scope.keep(weightedSum(hidden, head, targets, weights, 1));
    }
  }

  /**
   * Mean negative log-likelihood of the counted targets, differentiable in hidden states and head.
   *
   * @param hidden [N, C]
   * @param head [V, C]
   * @param targets [N] int64, each in [0, V) or {@link LmLoss#IGNORED}
   * @return [] float32; 0 when no target is counted
   */
  public static Tensor mean(Tensor hidden, Tensor head, Tensor targets) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor counted = targets.ge(new Scalar(0L)).sum().clamp_min(new Scalar(1L));
      return scope.keep(sum(hidden, head, targets).div(counted));
    }
  }

  /**
   * Sum of weight log p(target), differentiable in hidden states and head (not in the weights). It
   * is the second half of any loss on token log-probabilities:
   *
   * <pre>{@code
   * Tensor logProbs = tokenLogProbs(hidden, head, targets, temperature).set_requires_grad(true);
   * anyLoss(logProbs).backward();
   * weightedSum(hidden, head, targets, logProbs.grad(), temperature).backward();
   * }</pre>
   *
   * @param hidden [N, C]
   * @param head [V, C]
   * @param targets [N] int64, each in [0, V) or {@link LmLoss#IGNORED}
   * @param weights [N]
   * @param temperature above 0: what the policy samples with
   * @return [] float32
   */
  public static Tensor weightedSum(
      Tensor hidden, Tensor head, Tensor targets, Tensor weights, double temperature) {
    return weightedSum(hidden, head, targets, weights, temperature, BLOCK_ELEMENTS, SLICE_ELEMENTS);
  }

  /**
   * Log-probability of each target, without gradient: for rollouts and reference policies.
   *
   * @param hidden [N, C]
   * @param head [V, C]
   * @param targets [N] int64, each in [0, V) or {@link LmLoss#IGNORED}
   * @param temperature above 0
   * @return [N] float32; 0 where ignored
   */
  public static Tensor tokenLogProbs(
      Tensor hidden, Tensor head, Tensor targets, double temperature) {
    requireShapes(hidden, head, targets);
    requireTemperature(temperature);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Pass pass = new Pass(hidden, head, targets, temperature, BLOCK_ELEMENTS, SLICE_ELEMENTS);
      pass.run();
      return scope.keep(pass.logProbs);
    }
  }

  /**
   * As {@link #tokenLogProbs}, with the entropy of each distribution.
   *
   * @param hidden [N, C]
   * @param head [V, C]
   * @param targets [N] int64, each in [0, V) or {@link LmLoss#IGNORED}
   * @param temperature above 0
   */
  public static TokenStatistics statistics(
      Tensor hidden, Tensor head, Tensor targets, double temperature) {
    requireShapes(hidden, head, targets);
    requireTemperature(temperature);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Pass pass = new Pass(hidden, head, targets, temperature, BLOCK_ELEMENTS, SLICE_ELEMENTS);
      Tensor entropies = torch.empty(new long[] {targets.size(0)}, wide(hidden), null);
      pass.entropies = entropies;
      pass.run();
      return new TokenStatistics(scope.keep(pass.logProbs), scope.keep(entropies));
    }
  }

  static Tensor weightedSum(
      Tensor hidden,
      Tensor head,
      Tensor targets,
      Tensor weights,
      double temperature,
      long blockElements,
      long sliceElements) {
    requireShapes(hidden, head, targets);
    Shape.require("weights [N]", weights, hidden.size(0));
    requireTemperature(temperature);
    try (TensorScope scope = TensorScope.open()) {
      boolean recording = TensorScope.recordsGradients();
      Tensor hiddenGradient = null;
      Tensor headGradient = null;
      Tensor value;
      try (TensorScope inner = TensorScope.withoutGradients()) {
        Pass pass = new Pass(hidden, head, targets, temperature, blockElements, sliceElements);
        Tensor counted =
            weights.detach().to(pass.type).masked_fill(targets.lt(new Scalar(0L)), new Scalar(0.0));
        pass.weights = counted;
        if (recording && hidden.requires_grad()) {
          hiddenGradient = inner.keep(torch.empty_like(hidden.detach(), wide(hidden), null));
        }
        if (recording && head.requires_grad()) {
          headGradient = inner.keep(torch.empty_like(head.detach(), wide(hidden), null));
        }
        pass.hiddenGradient = hiddenGradient;
        pass.headGradient = headGradient;
        pass.run();
        value = inner.keep(pass.logProbs.mul(counted).sum());
      }
      Tensor out = attach(value, hidden, hiddenGradient);
      return scope.keep(attach(out, head, headGradient));
    }
  }

  /** The value, with a known gradient: what is added is 0 and has that gradient. */
  private static Tensor attach(Tensor value, Tensor argument, @Nullable Tensor gradient) {
    if (gradient == null) {
      return value;
    }
    // The product is taken in float32, or the upstream factor would be rounded to bfloat16.
    Tensor flat = argument.to(gradient.scalar_type()).reshape(-1);
    Tensor product = flat.dot(gradient.view(-1));
    return value.add(product.sub(product.detach()));
  }

  /** One walk over the rows; what is wanted beside the log-probabilities is set before. */
  private static final class Pass {
    final Tensor hidden; // [N', C]: N' >= N is a size that comes often, its last rows are 0
    final long rows; // N
    final long vocabulary; // V
    final Tensor head; // [V', C] in the dtype of hidden: V' >= V is aligned, its last rows are 0
    final Tensor targets; // [N, 1], no negative ones
    final Tensor ignored; // [N] true where the target was negative
    final ScalarType type; // of the statistics
    final double temperature;
    final Tensor logProbs; // [N]
    final long block; // rows
    final long slice; // rows
    @Nullable Tensor weights; // [N]: a gradient is wanted
    @Nullable Tensor hiddenGradient; // [N, C]
    @Nullable Tensor headGradient; // [V, C]
    @Nullable Tensor entropies; // [N]

    Pass(
        Tensor hidden,
        Tensor head,
        Tensor targets,
        double temperature,
        long blockElements,
        long sliceElements) {
      this.rows = hidden.size(0);
      this.vocabulary = head.size(0);
      this.head = aligned(head.detach(), hidden.scalar_type());
      this.targets = targets.clamp_min(new Scalar(0L)).unsqueeze(1);
      this.ignored = targets.lt(new Scalar(0L));
      this.type = Averaging.wide(hidden);
      this.temperature = temperature;
      this.block = blockRows(rows, Math.max(1, blockElements / vocabulary));
      this.hidden = withRows(hidden.detach(), Math.max(rows, block));
      this.slice = Math.max(1, Math.min(block, sliceElements / vocabulary));
      this.logProbs = torch.empty(new long[] {rows}, wide(hidden), null);
    }

    /** As few blocks as may be, and those of one size: a short last one would be slow. */
    private static long blockRows(long rows, long most) {
      long blocks = (rows + most - 1) / most;
      return blocks > 1
          ? Math.min(rows, up((rows + blocks - 1) / blocks))
          : Math.max(1, Shape.stepped(rows));
    }

    private static Tensor withRows(Tensor hidden, long rows) {
      long more = rows - hidden.size(0);
      return more == 0 ? hidden : torch.constant_pad_nd(hidden, new long[] {0, 0, 0, more});
    }

    private static long up(long n) {
      return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static Tensor aligned(Tensor head, ScalarType type) {
      long vocabulary = head.size(0);
      if (vocabulary % ALIGNMENT == 0 || head.scalar_type().intern() == type.intern()) {
        return head.to(type); // without a conversion there is no copy to enlarge
      }
      TensorOptions options = head.options().dtype(new ScalarTypeOptional(type));
      Tensor padded = torch.empty(new long[] {up(vocabulary), head.size(1)}, options, null);
      padded.narrow(0, 0, vocabulary).copy_(head);
      padded.narrow(0, vocabulary, padded.size(0) - vocabulary).zero_();
      return padded;
    }

    void run() {
      Tensor logits = torch.empty(new long[] {block, head.size(0)}, hidden.options(), null);
      Tensor scratch = torch.empty(new long[] {slice, vocabulary}, logProbs.options(), null);
      for (long begin = 0; begin < rows; begin += block) {
        try (TensorScope scope = TensorScope.open()) {
          long length = Math.min(block, rows - begin);
          long computed = Math.min(block, hidden.size(0) - begin);
          Tensor part = hidden.narrow(0, begin, computed);
          Tensor out = logits.narrow(0, 0, computed);
          torch.linear_out(out, part, head);
          Tensor tokens = out.narrow(1, 0, vocabulary);
          for (long at = 0; at < length; at += slice) {
            slice(tokens, scratch, at, begin + at, Math.min(slice, length - at));
          }
          // Beyond the vocabulary and the rows the logits are 0 and stay so.
          if (hiddenGradient != null) {
            hiddenGradient.narrow(0, begin, length).copy_(out.matmul(head).narrow(0, 0, length));
          }
          if (headGradient != null) {
            Tensor share = out.t().matmul(part).narrow(0, 0, vocabulary);
            if (begin == 0) {
              headGradient.copy_(share);
            } else {
              headGradient.add_(share);
            }
          }
        }
      }
      logProbs.masked_fill_(ignored, new Scalar(0.0));
    }

    /** One exponential per logit serves value and gradient, which log_softmax would take twice. */
    private void slice(Tensor logits, Tensor scratch, long row, long token, long length) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor source = logits.narrow(0, row, length);
        Tensor target = targets.narrow(0, token, length);
        Tensor x = scratch.narrow(0, 0, length).copy_(source);
        if (temperature != 1) {
          x.div_(new Scalar(temperature));
        }
        x.sub_(x.amax(LAST, true));
        Tensor chosen = x.gather(1, target); // [n, 1]
        Tensor exponentials = entropies == null ? x.exp_() : x.exp();
        Tensor sums = exponentials.sum(LAST, true, new ScalarTypeOptional()); // [n, 1]
        Tensor logSums = sums.log();
        logProbs.narrow(0, token, length).copy_(chosen.sub_(logSums).squeeze(1));
        if (entropies != null) {
          Tensor expected =
              x.mul_(exponentials).sum(LAST, true, new ScalarTypeOptional()).div_(sums);
          entropies.narrow(0, token, length).copy_(logSums.sub(expected).squeeze(1));
        }
        if (weights != null && (hiddenGradient != null || headGradient != null)) {
          Tensor factor = weights.narrow(0, token, length).unsqueeze(1);
          if (temperature != 1) {
            factor = factor.div(new Scalar(temperature));
          }
          exponentials.mul_(factor.neg().div_(sums)).scatter_add_(1, target, factor);
          source.copy_(exponentials);
        }
      }
    }
  }

  private static TensorOptions wide(Tensor like) {
    return like.options().dtype(new ScalarTypeOptional(Averaging.wide(like)));
  }

  private static void requireShapes(Tensor hidden, Tensor head, Tensor targets) {
    Shape.require("hidden [N, C]", hidden, -1, -1);
    Shape.require("head [V, C]", head, -1, hidden.size(1));
    Shape.require("targets [N]", targets, hidden.size(0));
  }

  private static void requireTemperature(double temperature) {
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the temperature must be a finite number above 0, was " + temperature);
    }
  }
}
