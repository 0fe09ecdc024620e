package io.rlhf4j.model;

import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Batched generation with a KV cache. Prompts of different lengths end in the same column, so that
 * a step appends one column for all rows; rows that end leave the batch.
 *
 * <p>A completion depends on its prompt and its seed, not on its neighbours in the batch (up to
 * rounding in the last bits, which can turn a near-tie).
 */
public final class Generator {
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
    // Prompts of similar length together: little padding, whatever the order they came in.
    Integer[] order = new Integer[prompts.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Integer.compare(prompts.get(b).length, prompts.get(a).length));
    Generation[] results = new Generation[prompts.size()];
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Network network = model.network();
      for (int from = 0; from < order.length; from += maxRows) {
        int to = Math.min(order.length, from + maxRows);
        List<Row> rows = new ArrayList<>();
        for (int i = from; i < to; i++) {
          rows.add(new Row(order[i], prompts.get(order[i]), seeds[order[i]]));
        }
        generateBatch(network, rows, sampling, endIds);
        for (Row row : rows) {
          results[row.index] = row.result();
        }
        done.accept(to);
      }
    }
    return List.of(results);
  }

  /** {@link #generate(List, Sampling, long[], int[], IntConsumer)} without progress. */
  public List<Generation> generate(
      List<int[]> prompts, Sampling sampling, long[] seeds, int[] endIds) {
    return generate(prompts, sampling, seeds, endIds, n -> {});
  }

  private void generateBatch(Network network, List<Row> all, Sampling sampling, int[] endIds) {
    int promptLength = all.stream().mapToInt(r -> r.prompt.length).max().orElseThrow();
    int shortest = all.stream().mapToInt(r -> r.prompt.length).min().orElseThrow();
    if (shortest == 0) {
      throw new IllegalArgumentException("a prompt has no tokens");
    }
    int limit = Math.min(sampling.maxNewTokens(), model.config().maxPositions() - promptLength);
    if (limit < 1) {
      throw new IllegalArgumentException(
          "a prompt of "
              + promptLength
              + " tokens leaves no room in "
              + model.config().maxPositions()
              + " positions");
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      List<Row> active = new ArrayList<>(all);
      KvCache cache =
          new KvCache(model.config(), network.dtype(), active.size(), promptLength + limit);
      TokenBatch batch = TokenBatch.leftPadded(active.stream().map(r -> r.prompt).toList(), 0);
      Tensor logits =
          torch.zeros(
              new long[] {active.size(), model.config().vocabularySize()},
              new TensorOptions(ScalarType.Float));
      try (TensorScope prefill = TensorScope.withoutGradients()) {
        int window = model.config().slidingWindow() == null ? 0 : model.config().slidingWindow();
        boolean plain = batch.causalSuffices() && window == 0;
        Tensor mask = plain ? null : Attention.mask(batch, window).to(network.dtype());
        if (mask != null && mask.dim() == 3) {
          mask = mask.unsqueeze(0);
        }
        Tensor hidden =
            network.hidden(
                batch.idTensor(), batch.positionTensor(), cache.prefill(mask), Dropout.NONE);
        logits.copy_(network.logits(hidden.select(1, promptLength - 1L)));
      }
      for (int step = 0; ; step++) {
        try (TensorScope stepScope = TensorScope.withoutGradients()) {
          Tensor current = logits.narrow(0, 0, active.size());
          append(active, Sampler.choose(current, sampling, uniforms(active)), endIds);
          removeFinished(active, cache);
          if (active.isEmpty() || step + 1 == limit) {
            break;
          }
          Tensor next = step(network, cache, active, promptLength + step);
          logits.narrow(0, 0, active.size()).copy_(next);
        }
      }
    }
  }

  /** Rows that ended leave the batch; the last row takes the place of one that left. */
  private static void removeFinished(List<Row> active, KvCache cache) {
    for (int i = active.size() - 1; i >= 0; i--) {
      if (active.get(i).finished) {
        int last = active.size() - 1;
        cache.moveLastTo(i);
        active.set(i, active.get(last));
        active.remove(last);
      }
    }
  }

  /** One token for every active row, written to the given column; logits [B, V] of the next. */
  private Tensor step(Network network, KvCache cache, List<Row> active, int column) {
    int b = active.size();
    int[] ids = new int[b];
    int[] positions = new int[b];
    int[] firstColumns = new int[b];
    for (int i = 0; i < b; i++) {
      Row row = active.get(i);
      ids[i] = row.tokens[row.length - 1];
      positions[i] = row.prompt.length + row.length - 1;
      firstColumns[i] = column - positions[i];
    }
    Integer window = model.config().slidingWindow();
    if (window != null) {
      for (int i = 0; i < b; i++) {
        firstColumns[i] = Math.max(firstColumns[i], column - window + 1);
      }
    }
    Tensor hidden =
        network.hidden(
            Host.longs(ids, b, 1),
            Host.longs(positions, b, 1),
            cache.step(column, firstColumns),
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
    final int index;
    final int[] prompt;
    final SplittableRandom random;
    int[] tokens = new int[16];
    float[] logprobs = new float[16];
    int length;
    boolean finished;

    Row(int index, int[] prompt, long seed) {
      this.index = index;
      this.prompt = prompt;
      this.random = new SplittableRandom(seed);
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
