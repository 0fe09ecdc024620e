package io.rlhf4j.train;

import io.rlhf4j.model.Dropout;
import io.rlhf4j.model.Pass;
import io.rlhf4j.model.TokenBatch;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.Host;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Rows of plain text in which every token predicts the next.
 *
 * @param inputs [B, T]
 * @param targets [B*T] the token after each input
 */
public record LanguageBatch(TokenBatch inputs, int[] targets) {
  /** From rows of T + 1 tokens. */
  public static LanguageBatch of(List<int[]> rows) {
    int length = rows.get(0).length - 1;
    int[] targets = new int[rows.size() * length];
    for (int row = 0; row < rows.size(); row++) {
      System.arraycopy(rows.get(row), 1, targets, row * length, length);
    }
    List<int[]> inputs = rows.stream().map(r -> java.util.Arrays.copyOf(r, length)).toList();
    return new LanguageBatch(TokenBatch.rightPadded(inputs, 0), targets);
  }

  /**
   * Runs forward and backward, adding this batch's share to the gradients.
   *
   * @param totalTokens predicted tokens of the whole step, so that the step's loss is a mean over
   *     tokens however it is cut
   * @param coefficient factor on the loss (ptx)
   * @return summed negative log-likelihood in nats, without the coefficient
   */
  double backward(Transformer model, int totalTokens, double coefficient, Dropout dropout) {
    Pass pass = model.forward(inputs, dropout);
    Tensor sum = sum(pass);
    model.backward(sum.mul(new Scalar(coefficient / totalTokens)));
    return sum.item_double();
  }

  /** Summed negative log-likelihood in nats, without gradients. */
  public double loss(Transformer model) {
    Pass pass = model.forward(inputs);
    return sum(pass).item_double();
  }

  private Tensor sum(Pass pass) {
    Tensor hidden = pass.hidden();
    return pass.lmLoss(hidden.view(-1, hidden.size(2)), Host.longs(targets, targets.length));
  }

  /** Predicted tokens. */
  public int tokens() {
    return targets.length;
  }
}
