package io.rlhf4j.model;

import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * A transformer with a scalar head that scores completions (paper, section 3.5): the output at the
 * last token, or at a {@code <|reward|>} token put behind it. The completion's likelihood under the
 * same model's language head may be a second part of the score.
 *
 * @param transformer with a scalar head, and a language head where the likelihood counts
 * @param rewardTokenId the token appended to each completion, or -1 to read the last token
 * @param padId any token id; padding is never seen
 * @param likelihood how much a completion's likelihood counts
 */
public record RewardModel(
    Transformer transformer, int rewardTokenId, int padId, Likelihood likelihood)
    implements AutoCloseable {

  /**
   * The part of a score that comes from the completion's mean log-probability per token: weight x
   * (mean - origin). A model knows at each word what it would have said instead; a read-out at the
   * last word has to find that out again, which a small model does not manage.
   *
   * @param weight score per nat; 0 = the scalar head alone, as in the paper
   * @param origin mean log-probability that counts 0, in nats
   */
  public record Likelihood(double weight, double origin) {
    /** The scalar head alone. */
    public static final Likelihood NONE = new Likelihood(0, 0);

    /** Whether it is part of the score. */
    public boolean counts() {
      return weight != 0;
    }
  }

  /**
   * A completion's score.
   *
   * @param score the whole
   * @param shares [n] what each of its tokens contributes through its likelihood; empty where that
   *     does not count
   */
  public record Scored(double score, float[] shares) {}

  public RewardModel {
    if (!transformer.heads().scalar()) {
      throw new IllegalArgumentException("a reward model needs a scalar head");
    }
    if (likelihood.counts() && !transformer.heads().language()) {
      throw new IllegalArgumentException(
          "a reward model that judges by likelihood needs a language head beside the scalar one");
    }
  }

  /** A reward model that reads its scalar head alone. */
  public RewardModel(Transformer transformer, int rewardTokenId, int padId) {
    this(transformer, rewardTokenId, padId, Likelihood.NONE);
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
    Pass pass = forward(batch);
    Tensor read = batch.lastScores(pass);
    return likelihood.counts() ? total(read, shares(samples, batch, pass)) : read;
  }

  /** A forward pass that computes what a score is made of, and no more. */
  private Pass forward(CompletionBatch batch) {
    IntStream ends = Arrays.stream(batch.lastTokens());
    IntStream words = Arrays.stream(likelihood.counts() ? batch.predictors() : new int[0]);
    return transformer.forward(batch.tokens(), IntStream.concat(words, ends).toArray());
  }

  /** What each completion token contributes through its likelihood, [B, A], with gradients. */
  private Tensor shares(List<Sample> samples, CompletionBatch batch, Pass pass) {
    Tensor excess = batch.tokenLogprobs(pass, 1).sub(new Scalar(likelihood.origin())); // [N]
    float[] weights = new float[batch.completionTokens()];
    for (int i = 0; i < weights.length; i++) {
      int n = samples.get(batch.cells()[i] / batch.width()).completion().length;
      boolean written = batch.cells()[i] % batch.width() < n; // not the reward token
      weights[i] = written ? (float) (likelihood.weight() / n) : 0;
    }
    return batch.grid(excess.mul(Host.floats(weights, weights.length)));
  }

  /** What is read and the shares of each completion, [B] and [B, A], together. */
  private static Tensor total(Tensor read, Tensor shares) {
    return read.add(shares.sum(new long[] {1}, false, new ScalarTypeOptional()));
  }

  /** Scores of any number of samples, similar lengths batched together. */
  public double[] score(List<Sample> samples, int batchSize) {
    return judge(samples, batchSize).stream().mapToDouble(Scored::score).toArray();
  }

  /**
   * Scores with what each token contributes. Samples of one prompt, wherever they stand, are
   * batched side by side, so that it is read once, and prompts of similar length together.
   */
  public List<Scored> judge(List<Sample> samples, int batchSize) {
    Scored[] judged = new Scored[samples.size()];
    Integer[] order = new Integer[samples.size()];
    Arrays.setAll(order, i -> i);
    Comparator<Sample> shortestPrompt = Comparator.comparingInt(s -> s.prompt().length);
    Comparator<Sample> samePrompt = shortestPrompt.thenComparing(Sample::prompt, Arrays::compare);
    Arrays.sort(order, Comparator.comparing(samples::get, samePrompt));
    for (int from = 0; from < order.length; from += batchSize) {
      List<Integer> slice =
          Arrays.asList(order).subList(from, Math.min(order.length, from + batchSize));
      List<Scored> found = judge(slice.stream().map(samples::get).toList());
      for (int i = 0; i < found.size(); i++) {
        judged[slice.get(i)] = found.get(i);
      }
    }
    return List.of(judged);
  }

  private List<Scored> judge(List<Sample> samples) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      CompletionBatch batch = batch(samples);
      Pass pass = forward(batch);
      Tensor scores = batch.lastScores(pass);
      float[] shares = {};
      if (likelihood.counts()) {
        Tensor grid = shares(samples, batch, pass);
        scores = total(scores, grid);
        shares = Host.floats(grid);
      }
      float[] read = Host.floats(scores);
      List<Scored> found = new ArrayList<>();
      for (int row = 0; row < read.length; row++) {
        int first = likelihood.counts() ? row * batch.width() : 0;
        int length = likelihood.counts() ? samples.get(row).completion().length : 0;
        found.add(new Scored(read[row], Arrays.copyOfRange(shares, first, first + length)));
      }
      return found;
    }
  }

  /** The same model with the samples' mean log-probability as the likelihood that counts 0. */
  public RewardModel withOriginAt(List<Sample> samples, int batchSize) {
    if (!likelihood.counts() || samples.isEmpty()) {
      return this;
    }
    double sum = 0;
    for (Scored scored : judge(samples, batchSize)) {
      double part = 0;
      for (float share : scored.shares()) {
        part += share;
      }
      sum += part;
    }
    double mean = likelihood.origin() + sum / samples.size() / likelihood.weight();
    return new RewardModel(
        transformer, rewardTokenId, padId, new Likelihood(likelihood.weight(), mean));
  }

  /**
   * Shifts both parts, so that the given samples, the labelers' demonstrations, score 0 on average
   * (paper, section 3.5): the likelihood's origin and the head's bias.
   */
  public RewardModel centeredOn(List<Sample> samples, int batchSize) {
    RewardModel moved = withOriginAt(samples, batchSize);
    double mean = Arrays.stream(moved.score(samples, batchSize)).average().orElse(0);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      transformer.weights().get("score.bias").sub_(new Scalar(mean));
    }
    return moved;
  }

  /** Closes the transformer, for whoever owns no other hold on it. */
  @Override
  public void close() {
    transformer.close();
  }
}
