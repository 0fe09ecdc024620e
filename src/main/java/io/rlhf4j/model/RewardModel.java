package io.rlhf4j.model;

import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A transformer with a scalar head that scores completions (paper, section 3.5): the output at the
 * last token, or at a {@code <|reward|>} token put behind it.
 *
 * @param transformer with a scalar head
 * @param rewardTokenId the token appended to each completion, or -1 to read the last token
 * @param padId any token id; padding is never seen
 */
public record RewardModel(Transformer transformer, int rewardTokenId, int padId)
    implements AutoCloseable {
  public RewardModel {
    if (!transformer.isScalar()) {
      throw new IllegalArgumentException("a reward model needs a scalar head");
    }
  }

  /**
   * The batch that is scored: the samples, each with the reward token behind it if there is one.
   */
  public CompletionBatch batch(List<Sample> samples) {
    return CompletionBatch.compact(samples.stream().map(this::withReadout).toList(), padId);
  }

  private Sample withReadout(Sample sample) {
    if (rewardTokenId < 0) {
      return sample;
    }
    int n = sample.completion().length;
    int[] completion = Arrays.copyOf(sample.completion(), n + 1);
    completion[n] = rewardTokenId;
    return new Sample(sample.prompt(), completion);
  }

  /** Scores with gradients, [B]. */
  public Tensor scores(List<Sample> samples) {
    CompletionBatch batch = batch(samples);
    return batch.lastScores(transformer.forward(batch.tokens()));
  }

  /** Scores of any number of samples, similar lengths batched together. */
  public double[] score(List<Sample> samples, int batchSize) {
    double[] scores = new double[samples.size()];
    Integer[] order = new Integer[samples.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Integer.compare(samples.get(a).length(), samples.get(b).length()));
    for (int from = 0; from < order.length; from += batchSize) {
      List<Integer> slice =
          Arrays.asList(order).subList(from, Math.min(order.length, from + batchSize));
      try (TensorScope scope = TensorScope.withoutGradients()) {
        float[] found = Host.floats(scores(slice.stream().map(samples::get).toList()));
        for (int i = 0; i < found.length; i++) {
          scores[slice.get(i)] = found[i];
        }
      }
    }
    return scores;
  }

  /**
   * Shifts the head's bias so that the given samples, the labelers' demonstrations, score 0 on
   * average (paper, section 3.5).
   *
   * @return the mean before
   */
  public double centerOn(List<Sample> samples, int batchSize) {
    double mean = Arrays.stream(score(samples, batchSize)).average().orElse(0);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      transformer.weights().get("score.bias").sub_(new Scalar(mean));
    }
    return mean;
  }

  /** Closes the transformer, for whoever owns no other hold on it. */
  @Override
  public void close() {
    transformer.close();
  }
}
