package io.rlhf4j.model;

import io.rlhf4j.tensor.Host;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of the tokens so far, layer by layer, in buffers taken once: [B, G, S, D] with S
 * the longest sequence. Lives in the scope it was made in.
 */
final class KvCache {
  private final List<Tensor> keys = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private final ScalarType dtype;
  private int rows;

  KvCache(ModelConfig config, ScalarType dtype, int rows, int columns) {
    this.dtype = dtype;
    this.rows = rows;
    long[] shape = {rows, config.keyValueHeads(), columns, config.headDim()};
    TensorOptions options = new TensorOptions(dtype);
    for (int i = 0; i < config.layers(); i++) {
      keys.add(torch.zeros(shape, options));
      values.add(torch.zeros(shape, options));
    }
  }

  /**
   * Attention over the prompts that fills the first columns; mask as in {@link Attention.Fused}.
   */
  Attention prefill(@Nullable Tensor mask) {
    Attention fused = new Attention.Fused(mask);
    return (layer, query, key, value) -> {
      long t = key.size(2);
      rows(keys.get(layer)).narrow(2, 0, t).copy_(key);
      rows(values.get(layer)).narrow(2, 0, t).copy_(value);
      return fused.attend(layer, query, key, value);
    };
  }

  /**
   * Attention of one new token per row.
   *
   * @param column where the new token stands
   * @param firstColumns [B] the first column that each row may see
   */
  Attention step(int column, int[] firstColumns) {
    int length = column + 1;
    float[] mask = new float[rows * length];
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < firstColumns[row]; j++) {
        mask[row * length + j] = (float) Attention.HIDDEN;
      }
    }
    Tensor added = Host.floats(mask, rows, 1, length).to(dtype);
    return (layer, query, key, value) -> {
      Tensor k = rows(keys.get(layer));
      Tensor v = rows(values.get(layer));
      k.narrow(2, column, 1).copy_(key);
      v.narrow(2, column, 1).copy_(value);
      return attend(query, k.narrow(2, 0, length), v.narrow(2, 0, length), added);
    };
  }

  /**
   * One query per row. The fused kernel multiplies so thin a matrix element by element on a CPU;
   * batched products take the buffers as they lie, and the heads of a group share its keys.
   *
   * @param query [B, H, 1, D]
   * @param key [B, G, S, D]
   * @param value [B, G, S, D]
   * @param added [B, 1, S]
   * @return [B, H, 1, D]
   */
  private static Tensor attend(Tensor query, Tensor key, Tensor value, Tensor added) {
    long b = key.size(0);
    long g = key.size(1);
    long s = key.size(2);
    long d = key.size(3);
    long shared = query.size(1) / g;
    Tensor mask = added.unsqueeze(1).expand(b, g, 1, s).reshape(b * g, 1, s);
    Tensor scores =
        torch.baddbmm(
            mask,
            query.reshape(b * g, shared, d),
            key.reshape(b * g, s, d).transpose(1, 2),
            new Scalar(1.0),
            new Scalar(1.0 / Math.sqrt(d)));
    Tensor mixed = torch.softmax(scores, -1).bmm(value.reshape(b * g, s, d));
    return mixed.view(b, g * shared, 1, d);
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

  private Tensor rows(Tensor buffer) {
    return buffer.narrow(0, 0, rows);
  }
}
