package io.rlhf4j.model;

import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Prompts with completions as one batch, and where in it each completion token is predicted. B
 * rows, A = longest completion; N completion tokens in all.
 *
 * @param tokens the rows
 * @param predictors [N] flat index of the position that predicts each completion token
 * @param targets [N] the completion tokens
 * @param cells [N] where each stands in a [B, A] grid, row-major
 * @param lastTokens [B] flat index of the last token of each row
 * @param width A
 */
public record CompletionBatch(
    TokenBatch tokens, int[] predictors, int[] targets, int[] cells, int[] lastTokens, int width) {

  /** One sample per row, padded behind. */
  public static CompletionBatch of(List<Sample> samples, int padId) {
    return of(samples, padId, longest(samples));
  }

  /** The same with a grid of a given width, at least that of the longest completion. */
  public static CompletionBatch of(List<Sample> samples, int padId, int width) {
    int longest = samples.stream().mapToInt(Sample::length).max().orElse(0);
    TokenBatch tokens =
        TokenBatch.rightPadded(
            samples.stream().map(Sample::joined).toList(), Shape.stepped(longest), padId);
    int[] prompts = new int[samples.size()];
    int[] completions = new int[samples.size()];
    for (int row = 0; row < samples.size(); row++) {
      prompts[row] = row * tokens.length();
      completions[row] = prompts[row] + samples.get(row).prompt().length;
    }
    return of(samples, tokens, prompts, completions, width);
  }

  private static int longest(List<Sample> samples) {
    return samples.stream().mapToInt(s -> s.completion().length).max().orElse(0);
  }

  /**
   * Packed into rows just long enough for the longest sample: little padding, and attention, whose
   * cost is the square of a row, no wider than it must be. Attention stays within each sample, and
   * the grid has one row per sample all the same. Samples that follow one another with the same
   * prompt share it: it is computed once (the K outputs of a ranking, the two of a comparison, the
   * samples of a prompt), as long as that makes no row longer than two samples.
   */
  public static CompletionBatch compact(List<Sample> samples, int padId) {
    return compact(samples, padId, longest(samples));
  }

  /** The same with a grid of a given width, at least that of the longest completion. */
  public static CompletionBatch compact(List<Sample> samples, int padId, int width) {
    List<TokenBatch.Tree> trees = trees(samples);
    int longest = trees.stream().mapToInt(TokenBatch.Tree::length).max().orElse(0);
    int row = Shape.stepped(longest);
    TokenBatch.Packed packed = TokenBatch.packedTrees(trees, row, padId);
    int[] prompts = new int[samples.size()];
    int[] completions = new int[samples.size()];
    int sample = 0;
    for (int i = 0; i < trees.size(); i++) {
      TokenBatch.Tree tree = trees.get(i);
      TokenBatch.Place place = packed.places().get(i);
      int trunk = place.row() * packed.batch().length() + place.column();
      int branch = trunk + tree.trunk().length;
      for (int[] completion : tree.branches()) {
        prompts[sample] = trunk;
        completions[sample] = branch;
        branch += completion.length;
        sample++;
      }
    }
    return of(samples, packed.batch(), prompts, completions, width);
  }

  private static List<TokenBatch.Tree> trees(List<Sample> samples) {
    // Attention costs the square of a row, and every row is as long as the longest tree.
    int most = 2 * samples.stream().mapToInt(Sample::length).max().orElse(0);
    List<TokenBatch.Tree> trees = new ArrayList<>();
    int from = 0;
    while (from < samples.size()) {
      int[] prompt = samples.get(from).prompt();
      List<int[]> completions = new ArrayList<>();
      int length = prompt.length;
      int to = from;
      while (to < samples.size()
          && Arrays.equals(samples.get(to).prompt(), prompt)
          && (to == from || length + samples.get(to).completion().length <= most)) {
        completions.add(samples.get(to).completion());
        length += samples.get(to).completion().length;
        to++;
      }
      trees.add(new TokenBatch.Tree(prompt, completions));
      from = to;
    }
    return trees;
  }

  /**
   * @param prompts [B] flat index of each sample's first prompt token
   * @param completions [B] flat index of each sample's first completion token
   */
  private static CompletionBatch of(
      List<Sample> samples, TokenBatch tokens, int[] prompts, int[] completions, int width) {
    int n = samples.stream().mapToInt(s -> s.completion().length).sum();
    int[] predictors = new int[n];
    int[] targets = new int[n];
    int[] cells = new int[n];
    int[] lastTokens = new int[samples.size()];
    int at = 0;
    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      int last = prompts[i] + sample.prompt().length - 1; // what is read so far
      for (int j = 0; j < sample.completion().length; j++) {
        predictors[at] = last;
        targets[at] = sample.completion()[j];
        cells[at] = i * width + j;
        last = completions[i] + j;
        at++;
      }
      lastTokens[i] = last;
    }
    return new CompletionBatch(tokens, predictors, targets, cells, lastTokens, width);
  }

  /** Number of samples, B. */
  public int size() {
    return lastTokens.length;
  }

  /** Number of completion tokens, N. */
  public int completionTokens() {
    return targets.length;
  }

  /** 1 on completion tokens, [B, A] float32. */
  public Tensor mask() {
    float[] mask = new float[size() * width];
    for (int cell : cells) {
      mask[cell] = 1;
    }
    return Host.floats(mask, size(), width);
  }

  /** Summed negative log-likelihood of the completion tokens in nats, [] differentiable. */
  public Tensor lmLoss(Pass pass) {
    return lmLoss(pass, 0, targets.length);
  }

  /** The same of completion tokens {@code from} to {@code to} only; they are in samples' order. */
  public Tensor lmLoss(Pass pass, int from, int to) {
    return pass.lmLoss(
        pass.rows(Arrays.copyOfRange(predictors, from, to)),
        Host.longs(Arrays.copyOfRange(targets, from, to), (long) to - from));
  }

  /** The completion tokens, [N] int64. */
  public Tensor targetTensor() {
    return Host.longs(targets, targets.length);
  }

  /**
   * Log-probability of each completion token, [N] float32, with logits divided by the sampling
   * temperature (else the KL grows too fast, see Huang et al., "The N implementation details").
   */
  public Tensor tokenLogprobs(Pass pass, double temperature) {
    return pass.tokenLogProbs(pass.rows(predictors), targetTensor(), temperature);
  }

  /** Numbers per completion token [N] laid out as [B, A], zero where there is no token. */
  public Tensor grid(Tensor perToken) {
    return torch
        .zeros(new long[] {(long) size() * width}, new TensorOptions(ScalarType.Float))
        .index_copy(0, Host.longs(cells, cells.length), perToken.to(ScalarType.Float))
        .view(size(), width);
  }

  /** Log-probability of each completion token, [B, A]. */
  public Tensor logprobs(Pass pass, double temperature) {
    return grid(tokenLogprobs(pass, temperature));
  }

  /** Sum of the log-probabilities of each completion, [B]. */
  public Tensor sequenceLogprobs(Pass pass) {
    return logprobs(pass, 1)
        .sum(new long[] {1}, false, new org.bytedeco.pytorch.ScalarTypeOptional());
  }

  /** A scalar model's value of the state before each completion token, [B, A]. */
  public Tensor values(Pass pass) {
    return grid(pass.scoresAt(predictors));
  }

  /** A scalar model's output at the last token of each row, [B]. */
  public Tensor lastScores(Pass pass) {
    return pass.scoresAt(lastTokens);
  }

  /** How the samples divide into consecutive micro-batches of at most {@code size}. */
  public static List<int[]> slices(int samples, int size) {
    int[][] slices = new int[(samples + size - 1) / size][];
    for (int i = 0; i < slices.length; i++) {
      slices[i] = new int[] {i * size, Math.min(samples, (i + 1) * size)};
    }
    return Arrays.asList(slices);
  }
}
