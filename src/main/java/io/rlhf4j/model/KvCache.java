package io.rlhf4j.model;

import io.rlhf4j.tensor.Host;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Keys and values of the tokens so far, layer by layer, in buffers taken once: [B, G, S, D] with S
 * the longest sequence. A sequence has a row of its own and begins in its first column, however
 * long its neighbours are; rows come and go. Lives in the scope it was made in.
 *
 * <p>Float32 whatever the computation's dtype: the fused kernel is fast on a CPU in float32 only,
 * and one query per row costs too little arithmetic for bfloat16 to win anything.
 */
final class KvCache {
  private final List<Tensor> keys = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private final int columns;
  private final int groups;
  private final int window;
  private int rows;

  /**
   * @param rows most sequences at a time
   * @param columns longest sequence
   */
  KvCache(ModelConfig config, int rows, int columns) {
    this.columns = columns;
    this.groups = config.keyValueHeads();
    this.window = config.slidingWindow() == null ? columns : config.slidingWindow();
    long[] shape = {rows, groups, columns, config.headDim()};
    TensorOptions options = new TensorOptions(ScalarType.Float);
    for (int i = 0; i < config.layers(); i++) {
      keys.add(torch.zeros(shape, options));
      values.add(torch.zeros(shape, options));
    }
  }

  /**
   * Attention over prompts, which takes the rows behind those in use for what they will become.
   *
   * @param batch one prompt per row, padded behind
   * @param promptOf [R] for each new row of this cache, which row of the batch it begins with
   */
  Cached prefill(TokenBatch batch, long[] promptOf) {
    int from = rows;
    rows += promptOf.length;
    boolean once = promptOf.length == batch.rows();
    Tensor source = Host.longs(promptOf, promptOf.length);
    Tensor mask = window >= batch.length() ? null : Attention.mask(batch, window).unsqueeze(0);
    return (layer, query, key, value) -> {
      Tensor k = keys.get(layer).narrow(0, from, promptOf.length).narrow(2, 0, batch.length());
      Tensor v = values.get(layer).narrow(0, from, promptOf.length).narrow(2, 0, batch.length());
      k.copy_(once ? key : key.index_select(0, source));
      v.copy_(once ? value : value.index_select(0, source));
      return new Attention.Fused(mask).attend(layer, query, key, value);
    };
  }

  /**
   * Attention of one new token per row.
   *
   * @param positions [B] where the new token of each row in use stands, and 0 for rows behind them
   *     that are computed for nobody
   */
  Cached step(int[] positions) {
    int b = positions.length;
    int read = Arrays.stream(positions).max().orElseThrow() + 1;
    float[] mask = new float[b * read];
    long[] places = new long[b * groups];
    for (int row = 0; row < b; row++) {
      int position = positions[row];
      Arrays.fill(mask, row * read + position + 1, (row + 1) * read, (float) Attention.HIDDEN);
      Arrays.fill(
          mask,
          row * read,
          row * read + Math.max(0, position - window + 1),
          (float) Attention.HIDDEN);
      for (int group = 0; group < groups; group++) {
        places[row * groups + group] = ((long) row * groups + group) * columns + position;
      }
    }
    Tensor added = Host.floats(mask, b, 1, 1, read);
    Tensor place = Host.longs(places, places.length);
    return (layer, query, key, value) -> {
      put(keys.get(layer), place, key);
      put(values.get(layer), place, value);
      // The heads of a group are several queries to the same keys.
      long heads = query.size(1);
      long d = query.size(3);
      Tensor grouped = query.reshape(b, groups, heads / groups, d);
      return new Attention.Fused(added)
          .attend(
              layer,
              grouped,
              keys.get(layer).narrow(0, 0, b).narrow(2, 0, read),
              values.get(layer).narrow(0, 0, b).narrow(2, 0, read))
          .view(b, heads, 1, d);
    };
  }

  /** Attention in the buffers' dtype. */
  interface Cached extends Attention {
    @Override
    default ScalarType type(ScalarType computation) {
      return ScalarType.Float;
    }
  }

  /** One vector per row and group, [B, G, 1, D], to its place among all vectors of the buffer. */
  private static void put(Tensor buffer, Tensor place, Tensor vectors) {
    long d = buffer.size(3);
    buffer.view(-1, d).index_copy_(0, place, vectors.reshape(-1, d));
  }

  /** Drops a row: the last one moves into its place. */
  void moveLastTo(int row) {
    rows--;
    if (row == rows) {
      return;
    }
    for (int layer = 0; layer < keys.size(); layer++) {
      keys.get(layer).select(0, row).copy_(keys.get(layer).select(0, rows));
      values.get(layer).select(0, row).copy_(values.get(layer).select(0, rows));
    }
  }
}
