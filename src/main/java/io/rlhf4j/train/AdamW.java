package io.rlhf4j.train;

import io.rlhf4j.data.InputException;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
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
 * <p>The buffers are walked in pieces that fit the processor's cache, so each of them crosses the
 * memory bus once per step, and no temporary is larger than a piece. The moments belong to this
 * object, whatever scope was open when it was made: close it.
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

  /** A piece of all buffers; temporary is shared by all pieces. */
  private record Piece(
      Tensor parameters,
      Tensor mean,
      Tensor square,
      Tensor temporary,
      long begin,
      List<Tensor> decayed) {}

  private final Settings settings;
  private final Tensor parameters; // [P]
  private final Tensor mean; // [P] m
  private final Tensor square; // [P] v
  private final List<Piece> pieces = new ArrayList<>();
  private final List<Tensor> owned = new ArrayList<>();
  private long steps;

  /**
   * @param parameters [P] float32 (or float64), changed in place by every step; the caller keeps it
   *     alive
   * @param decayed the ranges that weight decay applies to: weights of two or more dimensions, not
   *     biases and norm gains
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
    this.settings = settings;
    try (TensorScope scope = TensorScope.withoutGradients()) {
      this.parameters = own(parameters.detach()); // same memory; in-place updates need no graph
      this.mean = own(torch.zeros_like(parameters));
      this.square = own(torch.zeros_like(parameters));
      cut(updated, decayed);
    }
  }

  /**
   * One update.
   *
   * @param gradients [P], unchanged
   * @param rate learning rate of this update
   */
  public void step(Tensor gradients, double rate) {
    step(gradients, rate, 1);
  }

  /**
   * One update with the gradient's global norm clipped first: g max / (norm + 1e-6) where the norm
   * exceeds max. Saves a pass over the gradient against {@link #clip} and {@link #step}.
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
      step(gradients, rate, scale(norm, maxNorm));
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
    double scale = scale(norm, maxNorm);
    if (scale != 1) {
      try (TensorScope scope = TensorScope.withoutGradients()) {
        gradients.mul_(new Scalar(scale));
      }
    }
    return norm;
  }

  /** The Euclidean norm of a flat gradient [P]. */
  public static double norm(Tensor gradients) {
    Shape.require("gradients [P]", gradients, -1);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return torch.linalg_vector_norm(gradients).item_double();
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
    owned.forEach(Tensor::close);
    owned.clear();
    pieces.clear();
  }

  private void step(Tensor gradients, double rate, double scale) {
    Shape.requireSame("gradients", gradients, "parameters", parameters);
    steps++;
    double correction1 = 1 - Math.pow(settings.beta1, (double) steps);
    double root2 = Math.sqrt(1 - Math.pow(settings.beta2, (double) steps));
    // Both corrections move into two numbers: lr root2 / correction1 * m / (sqrt(v) + eps root2).
    double epsilon =
        switch (settings.form) {
          case PYTORCH -> settings.epsilon * root2;
          case TENSORFLOW -> settings.epsilon;
        };
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Scalar shrink = new Scalar(1 - rate * settings.weightDecay);
      Scalar towardsGradient = new Scalar(1 - settings.beta1);
      Scalar keepSquare = new Scalar(settings.beta2);
      Scalar addSquare = new Scalar(1 - settings.beta2);
      Scalar floor = new Scalar(epsilon);
      Scalar stride = new Scalar(-rate * root2 / correction1);
      Scalar clip = new Scalar(scale);
      for (Piece piece : pieces) {
        Tensor g = gradients.narrow(0, piece.begin, piece.mean.size(0));
        if (scale != 1) {
          g.mul_(clip);
        }
        for (Tensor weights : piece.decayed) {
          weights.mul_(shrink);
        }
        piece.mean.lerp_(g, towardsGradient);
        piece.square.mul_(keepSquare).addcmul_(g, g, addSquare);
        torch.sqrt_out(piece.temporary, piece.square).add_(floor);
        piece.parameters.addcdiv_(piece.mean, piece.temporary, stride);
        g.close(); // thousands of pieces would otherwise wait for the scope's end
      }
    }
  }

  private static double scale(double norm, double maxNorm) {
    if (!(maxNorm > 0)) {
      throw new InputException("the largest gradient norm must be above 0, was " + maxNorm);
    }
    return norm > maxNorm ? maxNorm / (norm + 1e-6) : 1;
  }

  private void cut(List<Range> updated, List<Range> decayed) {
    long size = parameters.size(0);
    for (Range range : decayed) {
      if (range.end > size) {
        throw new IllegalArgumentException(
            "the decayed " + range + " ends beyond the " + size + " parameters");
      }
    }
    // On a CPU five buffers' pieces share each core's second-level cache; 64 Ki elements per thread
    // was the best of those measured. On an accelerator one launch over everything is best.
    long length =
        parameters.is_cpu() ? (1L << 16) * Math.max(1, torch.get_num_threads()) : Math.max(1, size);
    Tensor temporary = own(torch.empty_like(parameters.narrow(0, 0, Math.min(length, size))));
    for (Range range : updated) {
      for (long begin = range.begin; begin < range.end; begin += length) {
        pieces.add(piece(begin, Math.min(range.end, begin + length), decayed, temporary));
      }
    }
  }

  private Piece piece(long begin, long end, List<Range> decayed, Tensor temporary) {
    List<Tensor> weights = new ArrayList<>();
    if (settings.weightDecay > 0) {
      for (Range range : decayed) {
        long from = Math.max(begin, range.begin);
        long to = Math.min(end, range.end);
        if (from < to) {
          weights.add(own(parameters.narrow(0, from, to - from)));
        }
      }
    }
    return new Piece(
        own(parameters.narrow(0, begin, end - begin)),
        own(mean.narrow(0, begin, end - begin)),
        own(square.narrow(0, begin, end - begin)),
        own(temporary.narrow(0, 0, end - begin)),
        begin,
        weights);
  }

  private Tensor own(Tensor tensor) {
    tensor.retainReference(); // survives whatever scope is open
    owned.add(tensor);
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
