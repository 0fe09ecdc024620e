package io.rlhf4j.model;

import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Batched generation with a KV cache. Rows that end leave the batch and the next prompts take their
 * places, so that the batch stays full as long as prompts are waiting (continuous batching).
 *
 * <p>A completion depends on its prompt and its seed, not on its neighbours in the batch (up to
 * rounding in the last bits, which can turn a near-tie).
 */
public final class Generator {
  /** New prompts are read when this share of the batch is free: one by one would be slower. */
  private static final int REFILL = 8;

  private final Transformer model;
  private final int maxRows;

  /**
   * @param maxRows how many prompts are generated at once
   */
  public Generator(Transformer model, int maxRows) {
    this.model = model;
    this.maxRows = maxRows;
  }

  /**
   * Completes every prompt.
   *
   * @param prompts token ids; none may be empty
   * @param seeds one per prompt
   * @param endIds tokens that end a completion
   * @param done told how many prompts are finished, now and then
   * @return one completion per prompt, in the same order
   */
  public List<Generation> generate(
      List<int[]> prompts, Sampling sampling, long[] seeds, int[] endIds, IntConsumer done) {
    if (seeds.length != prompts.size()) {
      throw new IllegalArgumentException(
          prompts.size() + " prompts need as many seeds, had " + seeds.length);
    }
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      all.add(new Row(prompts.get(i), seeds[i], limit(prompts.get(i), sampling)));
    }
    if (!all.isEmpty()) {
      generate(all, sampling, endIds, done);
    }
    return all.stream().map(Row::result).toList();
  }

  /** {@link #generate(List, Sampling, long[], int[], IntConsumer)} without progress. */
  public List<Generation> generate(
      List<int[]> prompts, Sampling sampling, long[] seeds, int[] endIds) {
    return generate(prompts, sampling, seeds, endIds, n -> {});
  }

  /** How many tokens may follow a prompt. */
  private int limit(int[] prompt, Sampling sampling) {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("a prompt has no tokens");
    }
    int positions = model.config().maxPositions();
    if (prompt.length >= positions) {
      throw new IllegalArgumentException(
          "a prompt of " + prompt.length + " tokens leaves no room in " + positions + " positions");
    }
    return Math.min(sampling.maxNewTokens(), positions - prompt.length);
  }

  private void generate(List<Row> all, Sampling sampling, int[] endIds, IntConsumer done) {
    // Prompts of similar length together: little padding, whatever the order they came in. Equal
    // ones side by side: they are read once.
    Comparator<Row> longestFirst = Comparator.comparingInt(r -> -r.prompt.length);
    Deque<Row> waiting =
        new ArrayDeque<>(
            all.stream()
                .sorted(longestFirst.thenComparing(r -> r.prompt, Arrays::compare))
                .toList());
    int most = Math.min(maxRows, all.size());
    int columns = all.stream().mapToInt(Row::columns).max().orElseThrow();
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Network network = model.packedNetwork();
      KvCache cache = new KvCache(model.config(), computed(most), columns);
      Tensor logits =
          torch.zeros(
              new long[] {most, model.config().vocabularySize()},
              new TensorOptions(ScalarType.Float));
      List<Row> active = new ArrayList<>();
      while (!active.isEmpty() || !waiting.isEmpty()) {
        try (TensorScope step = TensorScope.withoutGradients()) {
          int free = most - active.size();
          int taken = Math.min(free, waiting.size());
          if (taken > 0 && (taken == waiting.size() || free >= Math.max(1, most / REFILL))) {
            done.accept(all.size() - waiting.size() - active.size());
            List<Row> next = Stream.generate(waiting::remove).limit(taken).toList();
            logits.narrow(0, active.size(), taken).copy_(prefill(network, cache, next));
            active.addAll(next);
          }
          Tensor current = logits.narrow(0, 0, active.size());
          append(active, Sampler.choose(current, sampling, uniforms(active)), endIds);
          removeFinished(active, cache);
          if (!active.isEmpty()) {
            Tensor next = step(network, cache, active);
            logits.narrow(0, 0, active.size()).copy_(next.narrow(0, 0, active.size()));
          }
        }
      }
    }
    done.accept(all.size());
  }

  /** Reads prompts, equal neighbours once; logits [B, V] of the first token of each answer. */
  private static Tensor prefill(Network network, KvCache cache, List<Row> rows) {
    List<int[]> prompts = new ArrayList<>();
    long[] promptOf = new long[rows.size()];
    for (int i = 0; i < promptOf.length; i++) {
      if (i == 0 || !Arrays.equals(rows.get(i - 1).prompt, rows.get(i).prompt)) {
        prompts.add(rows.get(i).prompt);
      }
      promptOf[i] = prompts.size() - 1;
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      int longest = prompts.stream().mapToInt(p -> p.length).max().orElseThrow();
      int length = Shape.stepped(longest);
      TokenBatch batch = TokenBatch.rightPadded(prompts, length, 0);
      long[] last = new long[prompts.size()];
      for (int i = 0; i < last.length; i++) {
        last[i] = (long) i * batch.length() + prompts.get(i).length - 1;
      }
      Tensor ends =
          network.hidden(
              batch.idTensor(),
              batch.positionTensor(),
              cache.prefill(batch, promptOf),
              Host.longs(last, last.length),
              Dropout.NONE);
      Tensor logits = network.logits(ends);
      return scope.keep(logits.index_select(0, Host.longs(promptOf, promptOf.length)));
    }
  }

  /** Rows that ended leave the batch; the last row takes the place of one that left. */
  private static void removeFinished(List<Row> active, KvCache cache) {
    for (int i = active.size() - 1; i >= 0; i--) {
      if (active.get(i).finished || active.get(i).length == active.get(i).limit) {
        int last = active.size() - 1;
        cache.moveLastTo(i);
        active.set(i, active.get(last));
        active.remove(last);
      }
    }
  }

  /**
   * How many rows are computed where so many are active: rows end one after the other, and for each
   * number of them oneDNN would have to compile products of its own (see {@link Shape#stepped}).
   */
  static int computed(int rows) {
    int step = rows <= 32 ? 1 : Math.max(8, Integer.highestOneBit(rows) / 8);
    return (rows + step - 1) / step * step;
  }

  /** The newest token of every active row; logits [B, V] of the next, more rows than are active. */
  private static Tensor step(Network network, KvCache cache, List<Row> active) {
    int b = computed(active.size());
    int[] ids = new int[b];
    int[] positions = new int[b];
    for (int i = 0; i < active.size(); i++) {
      Row row = active.get(i);
      ids[i] = row.tokens[row.length - 1];
      positions[i] = row.prompt.length + row.length - 1;
    }
    Tensor hidden =
        network.hidden(
            Host.longs(ids, b, 1),
            Host.longs(positions, b, 1),
            cache.step(positions),
            null,
            Dropout.NONE);
    return network.logits(hidden.select(1, 0));
  }

  private static float[] uniforms(List<Row> rows) {
    float[] uniforms = new float[rows.size()];
    for (int i = 0; i < uniforms.length; i++) {
      // 24 bits, so that the float is below 1
      uniforms[i] = (rows.get(i).random.nextInt() >>> 8) * 0x1p-24f;
    }
    return uniforms;
  }

  private static void append(List<Row> rows, Sampler.Choice choice, int[] endIds) {
    for (int i = 0; i < rows.size(); i++) {
      int token = choice.tokens()[i];
      rows.get(i).append(token, choice.logprobs()[i]);
      for (int end : endIds) {
        rows.get(i).finished |= token == end;
      }
    }
  }

  /** A prompt and what has been written after it so far. */
  private static final class Row {
    final int[] prompt;
    final SplittableRandom random;
    final int limit;
    int[] tokens = new int[16];
    float[] logprobs = new float[16];
    int length;
    boolean finished;

    Row(int[] prompt, long seed, int limit) {
      this.prompt = prompt;
      this.random = new SplittableRandom(seed);
      this.limit = limit;
    }

    /** Of the cache: the prompt as it is read, padded, or with all that may follow it. */
    int columns() {
      return Math.max(prompt.length + limit, Shape.stepped(prompt.length));
    }

    void append(int token, float logprob) {
      if (length == tokens.length) {
        tokens = Arrays.copyOf(tokens, 2 * length);
        logprobs = Arrays.copyOf(logprobs, 2 * length);
      }
      tokens[length] = token;
      logprobs[length++] = logprob;
    }

    Generation result() {
      return new Generation(
          Arrays.copyOf(tokens, length), Arrays.copyOf(logprobs, length), finished);
    }
  }
}
