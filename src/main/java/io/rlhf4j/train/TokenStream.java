package io.rlhf4j.train;

import java.util.List;

/**
 * Pretraining text as one stream of token ids, every document followed by the end-of-text token,
 * cut into rows for prediction of the next token.
 *
 * @param ids the stream
 */
public record TokenStream(int[] ids) {
  /** Joins documents, each followed by {@code endId}. */
  public static TokenStream of(List<int[]> documents, int endId) {
    int n = documents.stream().mapToInt(d -> d.length + 1).sum();
    int[] ids = new int[n];
    int at = 0;
    for (int[] document : documents) {
      System.arraycopy(document, 0, ids, at, document.length);
      at += document.length;
      ids[at++] = endId;
    }
    return new TokenStream(ids);
  }

  /** How many rows of {@code length} tokens (and the one after) the stream holds. */
  public int rows(int length) {
    return (ids.length - 1) / length;
  }

  /** The {@code index}-th row: {@code length + 1} tokens, of which the last is only predicted. */
  public int[] row(int index, int length) {
    return java.util.Arrays.copyOfRange(ids, index * length, index * length + length + 1);
  }
}
