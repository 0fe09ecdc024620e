package io.rlhf4j.train;

import io.rlhf4j.data.InputException;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Exponential moving average of a flat parameter buffer: e = d e + (1 - d) w after every update.
 * InstructGPT's policies are averages with d = 0.992 (appendix C). The average belongs to this
 * object, whatever scope was open when it was made: close it.
 */
public final class Ema implements AutoCloseable {
  private final double decay;
  private final boolean fromZero;
  private final Tensor average; // [P]
  private long updates;

  /**
   * An average that starts at the given weights.
   *
   * @param weights [P], copied
   * @param decay [0, 1)
   */
  public Ema(Tensor weights, double decay) {
    this(weights, decay, false);
  }

  private Ema(Tensor weights, double decay, boolean fromZero) {
    Shape.require("weights [P]", weights, -1);
    if (!(decay >= 0 && decay < 1)) {
      throw new InputException(
          "the decay of the weight average must be in [0, 1), was "
              + decay
              + "; InstructGPT uses 0.992");
    }
    this.decay = decay;
    this.fromZero = fromZero;
    try (TensorScope scope = TensorScope.withoutGradients()) {
      this.average = fromZero ? torch.zeros_like(weights) : weights.detach().clone();
      this.average.retainReference(); // survives whatever scope is open
    }
  }

  /**
   * An average that starts at 0 and is corrected for it when read, so that the first weights do not
   * linger: e / (1 - d^t).
   *
   * @param weights [P], for its shape
   * @param decay [0, 1)
   */
  public static Ema fromZero(Tensor weights, double decay) {
    return new Ema(weights, decay, true);
  }

  /**
   * Takes in the weights after one more update.
   *
   * @param weights [P]
   */
  public void update(Tensor weights) {
    Shape.requireSame("weights", weights, "the average", average);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      average.lerp_(weights.detach(), new Scalar(1 - decay));
    }
    updates++;
  }

  /**
   * The averaged weights, as a copy that the caller owns.
   *
   * @return [P]
   * @throws IllegalStateException for an average from zero before its first update
   */
  public Tensor weights() {
    if (fromZero && updates == 0) {
      throw new IllegalStateException("an average from zero has no value before its first update");
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      double correction = fromZero ? 1 - Math.pow(decay, (double) updates) : 1;
      return scope.keep(average.div(new Scalar(correction)));
    }
  }

  /** The uncorrected running value [P], for checkpoints; owned by this object. */
  public Tensor state() {
    return average;
  }

  /** Updates taken in so far. */
  public long updates() {
    return updates;
  }

  /**
   * Takes up a saved state.
   *
   * @param state [P], copied
   */
  public void restore(Tensor state, long savedUpdates) {
    Shape.requireSame("the saved average", state, "the average", average);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      average.copy_(state);
    }
    updates = savedUpdates;
  }

  @Override
  public void close() {
    average.close();
  }
}
