package io.rlhf4j.model;

import io.rlhf4j.loss.ProjectedLmLoss;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.Arrays;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * The result of a {@link Transformer}'s forward pass. Positions are flat indices into the B*T of
 * the batch.
 *
 * @param hidden after the last norm: [B, T, C], or [R, C] at the positions that were asked for
 * @param read [R] those positions, ascending, the last one as often as makes R a size that comes
 *     often ({@link io.rlhf4j.tensor.Shape#stepped}); or null for all
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

  /**
   * Log-probabilities of targets, straight from hidden states: all logits together never exist.
   *
   * <p>When gradients are recorded this is where the graph of a loss begins; {@link
   * Transformer#backward} goes on from here into the model, once the loss has told it what each
   * log-probability weighs.
   *
   * @param rows [N, C] hidden states of this pass
   * @param targets [N] int64, each in [0, V) or {@link io.rlhf4j.loss.LmLoss#IGNORED}
   * @param temperature above 0, which the logits are divided by
   * @return [N] float32
   */
  public Tensor tokenLogProbs(Tensor rows, Tensor targets, double temperature) {
    Tensor head = model.languageHead();
    Tensor values = ProjectedLmLoss.tokenLogProbs(rows, head, targets, temperature);
    if (TensorScope.recordsGradients() && (rows.requires_grad() || head.requires_grad())) {
      values.set_requires_grad(true);
      model.goesOnFrom(new LogProbs(values, rows, targets, temperature));
    }
    return values;
  }

  /**
   * Where the graph of a loss begins.
   *
   * @param values [N] what the loss is a function of
   * @param rows [N, C] hidden states that they come from
   * @param targets [N]
   */
  record LogProbs(Tensor values, Tensor rows, Tensor targets, double temperature) {
    /** Whether the scope that they lived in is closed. */
    boolean gone() {
      return values.isNull();
    }

    /**
     * A sum with the gradient of the loss in the hidden states and the head.
     *
     * @param head [V, C]
     * @return [], or null where the loss does not depend on these
     */
    @Nullable Tensor sum(Tensor loss, Tensor head) {
      TensorVector weights =
          torch.grad(
              new TensorVector(loss),
              new TensorVector(values),
              new TensorVector(),
              new BoolOptional(true), // a scalar head's part of the loss is still to come
              false,
              true);
      Tensor weight = weights.get(0);
      return weight.defined()
          ? ProjectedLmLoss.weightedSum(rows, head, targets, weight, temperature)
          : null;
    }
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
