package io.rlhf4j.model;

import io.rlhf4j.tensor.Host;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Chooses one token per row from the logits of a whole batch. The randomness is one uniform number
 * per row, given by the caller, so that a row's text does not depend on which rows are beside it.
 */
final class Sampler {
  /**
   * @param tokens [B] the tokens chosen
   * @param logprobs [B] their log-probability under softmax(logits / temperature), before any top-k
   *     or top-p cut; under softmax(logits) when greedy
   */
  record Choice(int[] tokens, float[] logprobs) {}

  private Sampler() {}

  /**
   * @param logits [B, V]
   * @param uniforms [B] numbers in [0, 1); not used when greedy
   */
  static Choice choose(Tensor logits, Sampling sampling, float[] uniforms) {
    Tensor scores = logits.to(ScalarType.Float);
    boolean greedy = sampling.temperature() == 0;
    if (!greedy && sampling.temperature() != 1) {
      scores = scores.div(new Scalar(sampling.temperature()));
    }
    Tensor logprobs = torch.log_softmax(scores, -1);
    Tensor chosen =
        greedy
            ? scores.argmax(new org.bytedeco.pytorch.LongOptional(-1), false)
            : invert(cut(logprobs, sampling), Host.floats(uniforms, uniforms.length, 1));
    Tensor chosenLogprobs = logprobs.gather(1, chosen.unsqueeze(1)).squeeze(1);
    long[] ids = Host.longs(chosen);
    int[] tokens = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      tokens[i] = (int) ids[i];
    }
    return new Choice(tokens, Host.floats(chosenLogprobs));
  }

  /** Probabilities [B, V] with everything outside top-k and top-p set to 0 (not renormalised). */
  static Tensor cut(Tensor logprobs, Sampling sampling) {
    Tensor probabilities = logprobs.exp();
    long vocabulary = logprobs.size(1);
    if (sampling.topK() > 0 && sampling.topK() < vocabulary) {
      Tensor kth =
          probabilities
              .topk(sampling.topK(), 1, true, true)
              .get0()
              .narrow(1, sampling.topK() - 1L, 1);
      probabilities = probabilities.mul(probabilities.ge(kth));
      probabilities =
          probabilities.div(
              probabilities.sum(
                  new long[] {1}, true, new org.bytedeco.pytorch.ScalarTypeOptional()));
    }
    if (sampling.topP() < 1) {
      Tensor sorted = probabilities.sort(1, true).get0();
      // A token stays while the mass of the better ones is below p; the best always stays.
      Tensor better = sorted.cumsum(1).sub(sorted);
      Tensor kept = better.lt(new Scalar(sampling.topP()));
      Tensor least =
          sorted.masked_fill(kept.logical_not(), new Scalar(2.0)).amin(new long[] {1}, true);
      probabilities = probabilities.mul(probabilities.ge(least));
    }
    return probabilities;
  }

  /** Inverse of the cumulative distribution at u times its total, [B]. */
  private static Tensor invert(Tensor probabilities, Tensor uniforms) {
    Tensor cumulative = probabilities.cumsum(1);
    Tensor total = cumulative.narrow(1, probabilities.size(1) - 1, 1);
    // The first token whose cumulative probability is above it; rounding may find none.
    return torch
        .searchsorted(
            cumulative,
            uniforms.mul(total),
            false,
            true,
            new StringViewOptional(),
            new TensorOptional())
        .squeeze(1)
        .clamp_max(new Scalar(probabilities.size(1) - 1));
  }
}
