package io.rlhf4j.train;

import java.util.List;

/**
 * A ranking as token ids: one batch element of reward-model training.
 *
 * @param completions [K]
 * @param ranks [K] 1 is best, equal ranks are ties
 */
public record RankedSample(int[] prompt, List<int[]> completions, int[] ranks, String labeler) {
  /** Pairs in which one completion is ranked above the other. */
  public int pairs() {
    int n = 0;
    for (int i = 0; i < ranks.length; i++) {
      for (int j = i + 1; j < ranks.length; j++) {
        n += ranks[i] != ranks[j] ? 1 : 0;
      }
    }
    return n;
  }
}
