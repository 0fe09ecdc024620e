package io.rlhf4j.eval;

import io.rlhf4j.data.InputException;
import io.rlhf4j.loss.LmLoss;
import io.rlhf4j.model.Pass;
import io.rlhf4j.model.TokenBatch;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import io.rlhf4j.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A language model's loss on text it has not seen.
 *
 * @param nats mean negative log-likelihood per token
 * @param tokens how many were predicted
 */
public record HeldOutLoss(double nats, long tokens) {
  private static final int ROWS = 32;

  /**
   * Measures over documents joined by the end-of-text token, in rows without overlap.
   *
   * @param longestRow tokens per row at most; no more than the model's positions are used
   */
  public static HeldOutLoss of(
      Transformer model, Tokenizer tokenizer, List<String> texts, int longestRow) {
    int row = Math.min(longestRow, model.config().maxPositions());
    List<int[]> encoded = tokenizer.encodeAll(texts);
    int[] ids = new int[encoded.stream().mapToInt(e -> e.length + 1).sum()];
    int at = 0;
    for (int[] document : encoded) {
      System.arraycopy(document, 0, ids, at, document.length);
      at += document.length;
      ids[at++] = tokenizer.eosId();
    }
    if (ids.length < 3) {
      throw new InputException("the text is empty; it needs at least some words");
    }
    List<int[]> rows = new ArrayList<>();
    for (int from = 0; from + 1 < ids.length; from += row) {
      rows.add(Arrays.copyOfRange(ids, from, Math.min(ids.length, from + row + 1)));
    }
    double sum = 0;
    long tokens = 0;
    for (int from = 0; from < rows.size(); from += ROWS) {
      List<int[]> part = rows.subList(from, Math.min(rows.size(), from + ROWS));
      try (TensorScope scope = TensorScope.withoutGradients()) {
        sum += nats(model, part);
      }
      tokens += part.stream().mapToInt(r -> r.length - 1).sum();
    }
    return new HeldOutLoss(sum / tokens, tokens);
  }

  /** Summed negative log-likelihood of every token but each row's first. */
  private static double nats(Transformer model, List<int[]> rows) {
    TokenBatch batch =
        TokenBatch.rightPadded(rows.stream().map(r -> Arrays.copyOf(r, r.length - 1)).toList(), 0);
    int[] targets = new int[batch.rows() * batch.length()];
    Arrays.fill(targets, (int) LmLoss.IGNORED);
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 1, targets, i * batch.length(), rows.get(i).length - 1);
    }
    Pass pass = model.forward(batch);
    Tensor hidden = pass.hidden().view(-1, pass.hidden().size(2));
    return pass.lmLoss(hidden, Host.longs(targets, targets.length)).item_double();
  }
}
