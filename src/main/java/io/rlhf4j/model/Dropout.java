package io.rlhf4j.model;

import io.rlhf4j.tensor.RandomStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Residual dropout: elements of each branch's output are dropped at random while training, the
 * others scaled up so that the mean stays.
 *
 * @param probability of dropping an element, in [0, 1)
 * @param random where the masks come from; null only without dropout
 */
public record Dropout(double probability, @Nullable RandomStream random) {
  /** Everything stays. */
  public static final Dropout NONE = new Dropout(0, null);

  public Dropout {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException("dropout must be in [0, 1), was " + probability);
    }
    if (probability > 0 && random == null) {
      throw new IllegalArgumentException("dropout needs random numbers");
    }
  }

  /** The same masks once more: numbers as they will come, from a stream of its own. */
  Dropout copied() {
    return random == null ? this : new Dropout(probability, random.copied());
  }

  Tensor of(Tensor x) {
    RandomStream masks = random;
    if (masks == null || probability == 0) {
      return x;
    }
    double kept = 1 - probability;
    return x.mul(masks.bernoulliLike(x.detach(), kept).div_(new Scalar(kept)));
  }
}
