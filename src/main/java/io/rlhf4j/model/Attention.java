package io.rlhf4j.model;

import io.rlhf4j.tensor.Host;
import java.util.Arrays;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** How queries meet keys and values; the three ways compute the same thing at different costs. */
interface Attention {
  /** Added to the scores of what a token may not see; finite, so that no row becomes NaN. */
  double HIDDEN = -1e30;

  /**
   * @param query [B, H, T, D]
   * @param key [B, G, T, D], G divides H
   * @param value [B, G, T, D]
   * @return [B, H, T, D]
   */
  Tensor attend(int layer, Tensor query, Tensor key, Tensor value);

  /**
   * The dtype of queries, keys and values, and of what comes back.
   *
   * @param computation of the rest of the layer
   */
  default ScalarType type(ScalarType computation) {
    return computation;
  }

  /**
   * Plain batched products with a softmax between them. Its backward pass is several times faster
   * on a CPU than the fused kernel's. Queries go in blocks, each beside the keys up to its own end
   * only: what a whole square of scores would hold above that is hidden from all of them.
   *
   * @param mask [1, T, T] or [B, 1, T, T], added to the scores; hides every later key
   */
  record Plain(Tensor mask) implements Attention {
    /** Queries per block: fewer save more of the square, and call more operations. */
    private static final long BLOCK = 128;

    @Override
    public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
      long b = query.size(0);
      long h = query.size(1);
      long t = query.size(2);
      long d = query.size(3);
      // Scaled here, and not the scores: those are many more, also in the backward pass.
      Tensor q = query.reshape(b * h, t, d).mul(new Scalar(1.0 / Math.sqrt(d)));
      Tensor k = repeatHeads(key, h).reshape(b * h, t, d);
      Tensor v = repeatHeads(value, h).reshape(b * h, t, d);
      if (t <= BLOCK) {
        return block(mask, h, q, k, v).view(b, h, t, d);
      }
      TensorVector blocks = new TensorVector();
      for (long begin = 0; begin < t; begin += BLOCK) {
        long end = Math.min(t, begin + BLOCK);
        blocks.push_back(
            block(
                mask.narrow(-2, begin, end - begin).narrow(-1, 0, end),
                h,
                q.narrow(1, begin, end - begin),
                k.narrow(1, 0, end),
                v.narrow(1, 0, end)));
      }
      return torch.cat(blocks, 1).view(b, h, t, d);
    }

    /**
     * Some queries [B H, Q, D] beside the keys and values [B H, S, D] up to the last of them.
     *
     * @param mask [1, Q, S] or [B, 1, Q, S]
     */
    private static Tensor block(Tensor mask, long heads, Tensor query, Tensor key, Tensor value) {
      Tensor turned = key.transpose(1, 2);
      Tensor scores;
      if (mask.dim() == 3) {
        scores = torch.baddbmm(mask, query, turned);
      } else { // an addition of its own, or every head would need a copy of the mask
        Tensor products = query.bmm(turned);
        long[] byRow = {-1, heads, products.size(1), products.size(2)};
        scores = products.view(byRow).add(mask).flatten(0, 1);
      }
      return torch.softmax(scores, -1).bmm(value);
    }
  }

  /**
   * The fused kernel: fast and lean forwards, for passes without gradients.
   *
   * @param mask [B or 1, 1, T, S] added to the scores, or null for plain causal attention
   */
  record Fused(@Nullable Tensor mask) implements Attention {
    @Override
    public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
      long h = query.size(1);
      return torch.scaled_dot_product_attention(
          query,
          repeatHeads(key, h),
          repeatHeads(value, h),
          mask == null ? new TensorOptional() : new TensorOptional(mask),
          0.0,
          mask == null,
          new DoubleOptional(),
          false);
    }
  }

  /** [B, G, T, D] to [B, H, T, D]: each key/value head serves H / G query heads. */
  static Tensor repeatHeads(Tensor grouped, long heads) {
    long groups = grouped.size(1);
    if (groups == heads) {
      return grouped;
    }
    long b = grouped.size(0);
    long t = grouped.size(2);
    long d = grouped.size(3);
    return grouped.unsqueeze(2).expand(b, groups, heads / groups, t, d).reshape(b, heads, t, d);
  }

  /**
   * What each token may see: earlier tokens and itself, of its own segment and branch or of its
   * trunk, within the window.
   *
   * @param window how many tokens back a token sees, itself included; 0 for all
   * @return [1, T, T] when all rows agree, else [B, 1, T, T], float32
   */
  static Tensor mask(TokenBatch batch, int window) {
    int t = batch.length();
    boolean shared = batch.causalSuffices();
    int rows = shared ? 1 : batch.rows();
    float[] mask = new float[rows * t * t];
    Arrays.fill(mask, (float) HIDDEN);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < t; i++) {
        for (int j = 0; j <= i; j++) {
          int back = shared ? i - j : batch.distance(row, i, j);
          if ((window == 0 || back < window) && (shared || batch.sees(row, i, j))) {
            mask[(row * t + i) * t + j] = 0;
          }
        }
      }
    }
    return shared ? Host.floats(mask, 1, t, t) : Host.floats(mask, rows, 1, t, t);
  }
}
