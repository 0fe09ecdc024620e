package io.rlhf4j.model;

import io.rlhf4j.loss.ProjectedLmLoss;
import io.rlhf4j.tensor.Host;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * The result of a {@link Transformer}'s forward pass. Positions are flat indices into the B*T of
 * the batch.
 *
 * @param hidden after the last norm: [B, T, C], or [R, C] at the positions that were asked for
 * @param read [R] those positions, ascending, or null for all
 */
public record Pass(Transformer model, Network network, Tensor hidden, int @Nullable [] read) {
  /**
   * Logits of all positions that were computed, [B, T, V] or [R, V] float32. Large: prefer {@link
   * #logitsAt}.
   */
  public Tensor logits() {
    return network.logits(hidden).to(ScalarType.Float);
  }

  /** Logits at N positions, [N, V], in the computation's dtype. */
  public Tensor logitsAt(int[] positions) {
    return network.logits(rows(positions));
  }

  /**
   * Summed negative log-likelihood of targets, straight from hidden states: no float32 copy of all
   * logits ever exists.
   *
   * @param rows [N, C] hidden states of this pass
   * @param targets [N] int64, each in [0, V) or {@link io.rlhf4j.loss.LmLoss#IGNORED}
   * @return [] nats, float32, differentiable
   */
  public Tensor lmLoss(Tensor rows, Tensor targets) {
    // The head as it is stored: the gradient then goes into it without a detour through bfloat16.
    return ProjectedLmLoss.sum(rows, model.languageHead(), targets);
  }

  /** Logits of hidden states [N, C] of this pass, [N, V], in the computation's dtype. */
  public Tensor logitsOf(Tensor rows) {
    return network.logits(rows);
  }

  /**
   * Hidden states at N positions, [N, C].
   *
   * @throws IllegalArgumentException when the pass was not asked to compute one of them
   */
  public Tensor rows(int[] positions) {
    int[] rows = positions;
    if (read != null) {
      if (Arrays.equals(read, positions)) {
        return hidden;
      }
      rows = Arrays.stream(positions).map(this::row).toArray();
    }
    return hidden.view(-1, hidden.size(-1)).index_select(0, Host.longs(rows, rows.length));
  }

  private int row(int position) {
    int row = Arrays.binarySearch(read, position);
    if (row < 0) {
      throw new IllegalArgumentException("this pass was not asked about position " + position);
    }
    return row;
  }

  /**
   * The scalar head's output at N positions, [N] float32.
   *
   * @throws IllegalStateException when the model has none
   */
  public Tensor scoresAt(int[] positions) {
    return scores(rows(positions));
  }

  /** The scalar head's output at every position that was computed, [B, T] or [R] float32. */
  public Tensor scores() {
    return scores(hidden);
  }

  private Tensor scores(Tensor rows) {
    if (!model.heads().scalar()) {
      throw new IllegalStateException("this model has a language head, not a scalar one");
    }
    Tensor out =
        torch.linear(
            rows.to(ScalarType.Float),
            model.effective("score.weight"),
            model.weights().get("score.bias"));
    return out.squeeze(-1);
  }
}
