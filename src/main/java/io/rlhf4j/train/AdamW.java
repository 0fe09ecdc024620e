package io.rlhf4j.train;

import io.rlhf4j.data.InputException;
import io.rlhf4j.tensor.Operation;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019) over one flat
 * parameter buffer.
 *
 * <pre>
 * p = p - lr decay p                                   (decayed ranges only)
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g^2
 * p = p - lr / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + eps)
 * </pre>
 *
 * <p>libtorch's fused kernel goes over the buffers once, with no temporary. The moments belong to
 * this object, whatever scope was open when it was made: close it.
 */
public final class AdamW implements AutoCloseable {

  /** Where epsilon stands; it decides how bold the first updates are (Huang et al. 2024). */
  public enum EpsilonForm {
    /** sqrt(v / (1 - beta2^t)) + eps: after the bias correction. */
    PYTORCH,
    /**
     * sqrt(v) + eps, then corrected: Kingma and Ba's "epsilon hat", as in the TensorFlow optimizer
     * behind lm-human-preferences.
     */
    TENSORFLOW
  }

  /** A stretch [begin, end) of the flat buffer. */
  public record Range(long begin, long end) {
    public Range {
      if (begin < 0 || end < begin) {
        throw new IllegalArgumentException("a range [" + begin + ", " + end + ") runs backwards");
      }
    }
  }

  /**
   * The constants of the update.
   *
   * @param beta1 decay of the mean of gradients, [0, 1); InstructGPT: 0.9
   * @param beta2 decay of the mean of squared gradients, [0, 1); InstructGPT: 0.95
   * @param epsilon above 0
   * @param weightDecay at least 0; applied to the decayed ranges only
   */
  public record Settings(
      double beta1, double beta2, double epsilon, double weightDecay, EpsilonForm form) {
    public Settings {
      requireShare("beta1", beta1);
      requireShare("beta2", beta2);
      if (!(epsilon > 0 && epsilon < 1)) {
        throw new InputException(
            "epsilon must be in (0, 1), was " + epsilon + "; 1e-8 or 1e-5 are usual");
      }
      if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
        throw new InputException(
            "weight_decay must be a finite number, at least 0, was " + weightDecay);
      }
    }

    /** InstructGPT's betas (appendix C), PyTorch's epsilon, no weight decay. */
    public static Settings instructGpt() {
      return new Settings(0.9, 0.95, 1e-8, 0, EpsilonForm.PYTORCH);
    }

    private static void requireShare(String name, double beta) {
      if (!(beta >= 0 && beta < 1)) {
        throw new InputException(name + " must be in [0, 1), was " + beta + "; 0.9 is usual");
      }
    }
  }

  private static final long NORM_PARTS = 256;

  private static final Operation FUSED = Operation.named("aten::_fused_adamw_");

  private final Settings settings;
  private final Tensor parameters; // [P]
  private final Tensor mean; // [P] m
  private final Tensor square; // [P] v
  private final List<Range> decayed;
  private final List<Range> others;
  private long steps;

  /**
   * @param parameters [P] float32 (or float64), changed in place by every step; the caller keeps it
   *     alive
   * @param decayed the ranges that weight decay applies to, in ascending order, not overlapping:
   *     weights of two or more dimensions, not biases and norm gains
   */
  public AdamW(Tensor parameters, Settings settings, List<Range> decayed) {
    this(parameters, settings, decayed, List.of(new Range(0, parameters.numel())));
  }

  /**
   * The same over some ranges of the buffer only; the rest is another optimizer's.
   *
   * @param updated ranges in ascending order, not overlapping
   */
  public AdamW(Tensor parameters, Settings settings, List<Range> decayed, List<Range> updated) {
    Shape.require("parameters [P]", parameters, -1);
    requirePrecision(parameters);
    for (Range range : decayed) {
      if (range.end > parameters.size(0)) {
        throw new IllegalArgumentException(
            "the decayed " + range + " ends beyond the " + parameters.size(0) + " parameters");
      }
    }
    this.settings = settings;
    this.decayed = settings.weightDecay > 0 ? common(updated, decayed) : List.of();
    this.others = settings.weightDecay > 0 ? apart(updated, decayed) : updated;
    try (TensorScope scope = TensorScope.withoutGradients()) {
      this.parameters = own(parameters.detach()); // same memory; in-place updates need no graph
      this.mean = own(torch.zeros_like(parameters));
      this.square = own(torch.zeros_like(parameters));
    }
  }

  /**
   * One update.
   *
   * @param gradients [P], unchanged
   * @param rate learning rate of this update
   */
  public void step(Tensor gradients, double rate) {
    Shape.requireSame("gradients", gradients, "parameters", parameters);
    steps++;
    try (TensorScope scope = TensorScope.withoutGradients()) {
      update(decayed, gradients, rate, settings.weightDecay);
      update(others, gradients, rate, 0);
    }
  }

  /**
   * One update with the gradient's global norm clipped first: g max / (norm + 1e-6) where the norm
   * exceeds max.
   *
   * @param gradients [P]; scaled in place when clipped
   * @param rate learning rate of this update
   * @param maxNorm above 0; infinity: never clipped
   * @return the norm before clipping; not finite when a gradient was not, and then nothing was
   *     changed: the caller decides whether to skip or to stop
   */
  public double clippedStep(Tensor gradients, double rate, double maxNorm) {
    double norm = norm(gradients);
    if (Double.isFinite(norm)) {
      shrink(gradients, norm, maxNorm);
      step(gradients, rate);
    }
    return norm;
  }

  /**
   * Clips the global norm in place: g max / (norm + 1e-6) where the norm exceeds max.
   *
   * @param gradients [P]
   * @return the norm before clipping
   */
  public static double clip(Tensor gradients, double maxNorm) {
    double norm = norm(gradients);
    shrink(gradients, norm, maxNorm);
    return norm;
  }

  /**
   * The Euclidean norm of a flat gradient [P], as the norm of its parts' norms: one sum over all of
   * it in float32 was wrong by a twentieth of a percent at 14 million numbers.
   */
  public static double norm(Tensor gradients) {
    Shape.require("gradients [P]", gradients, -1);
    long size = gradients.size(0);
    long part = size / NORM_PARTS;
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor parts = gradients.narrow(0, 0, part * NORM_PARTS).view(NORM_PARTS, part);
      Tensor rest = gradients.narrow(0, part * NORM_PARTS, size % NORM_PARTS);
      Tensor norms =
          torch.linalg_vector_norm(
              parts, new Scalar(2.0), new long[] {1}, false, new ScalarTypeOptional());
      return torch.linalg_vector_norm(torch.cat(new TensorVector(norms, rest), 0)).item_double();
    }
  }

  /** First moments m [P], for checkpoints; owned by this object. */
  public Tensor mean() {
    return mean;
  }

  /** Second moments v [P], for checkpoints; owned by this object. */
  public Tensor square() {
    return square;
  }

  /** Updates done so far: t of the bias correction. */
  public long steps() {
    return steps;
  }

  /**
   * Takes up a saved state.
   *
   * @param savedMean [P], copied
   * @param savedSquare [P], copied
   */
  public void restore(Tensor savedMean, Tensor savedSquare, long savedSteps) {
    Shape.requireSame("saved first moments", savedMean, "parameters", parameters);
    Shape.requireSame("saved second moments", savedSquare, "parameters", parameters);
    if (savedSteps < 0) {
      throw new InputException("the optimizer's step count must be at least 0, was " + savedSteps);
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      mean.copy_(savedMean);
      square.copy_(savedSquare);
    }
    steps = savedSteps;
  }

  @Override
  public void close() {
    parameters.close();
    mean.close();
    square.close();
  }

  private static void shrink(Tensor gradients, double norm, double maxNorm) {
    if (!(maxNorm > 0)) {
      throw new InputException("the largest gradient norm must be above 0, was " + maxNorm);
    }
    if (norm > maxNorm) {
      try (TensorScope scope = TensorScope.withoutGradients()) {
        gradients.mul_(new Scalar(maxNorm / (norm + 1e-6)));
      }
    }
  }

  /** The stretches of the buffer that one call of the kernel updates, with one weight decay. */
  private void update(List<Range> ranges, Tensor gradients, double rate, double decay) {
    if (ranges.isEmpty()) {
      return;
    }
    // The kernel divides v by 1 - beta2^t before the root is taken and epsilon added.
    double epsilon =
        switch (settings.form) {
          case PYTORCH -> settings.epsilon;
          case TENSORFLOW ->
              settings.epsilon / Math.sqrt(1 - Math.pow(settings.beta2, (double) steps));
        };
    Tensor step = torch.scalar_tensor(new Scalar((double) steps));
    FUSED.call(
        FUSED.list(0, views(parameters, ranges)),
        FUSED.list(1, views(gradients, ranges)),
        FUSED.list(2, views(mean, ranges)),
        FUSED.list(3, views(square, ranges)),
        FUSED.list(4, List.of()), // largest squares so far: AMSGrad's
        FUSED.list(5, Collections.nCopies(ranges.size(), step)),
        new IValue(rate),
        new IValue(settings.beta1),
        new IValue(settings.beta2),
        new IValue(decay),
        new IValue(epsilon),
        new IValue(false), // AMSGrad
        new IValue(false), // maximize
        new IValue(), // a scale of the gradients
        new IValue()); // whether one was found infinite
  }

  private static List<Tensor> views(Tensor buffer, List<Range> ranges) {
    return ranges.stream()
        .map(range -> buffer.narrow(0, range.begin, range.end - range.begin))
        .toList();
  }

  /** What two lists of ranges have in common. */
  private static List<Range> common(List<Range> some, List<Range> others) {
    List<Range> common = new ArrayList<>();
    for (Range one : some) {
      for (Range other : others) {
        long begin = Math.max(one.begin, other.begin);
        long end = Math.min(one.end, other.end);
        if (begin < end) {
          common.add(new Range(begin, end));
        }
      }
    }
    return common;
  }

  /** What is left of ranges without some others. */
  private static List<Range> apart(List<Range> ranges, List<Range> without) {
    List<Range> left = new ArrayList<>();
    for (Range range : ranges) {
      long begin = range.begin;
      for (Range hole : common(List.of(range), without)) {
        if (begin < hole.begin) {
          left.add(new Range(begin, hole.begin));
        }
        begin = hole.end;
      }
      if (begin < range.end) {
        left.add(new Range(begin, range.end));
      }
    }
    return left;
  }

  private static Tensor own(Tensor tensor) {
    tensor.retainReference(); // survives whatever scope is open
    return tensor;
  }

  private static void requirePrecision(Tensor parameters) {
    ScalarType type = parameters.scalar_type().intern(); // a native enum is a new object every time
    if (type != ScalarType.Float && type != ScalarType.Double) {
      throw new IllegalArgumentException(
          "the optimizer's parameters must be float32 or float64, were " + type);
    }
  }
}
