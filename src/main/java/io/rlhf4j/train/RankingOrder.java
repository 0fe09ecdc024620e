package io.rlhf4j.train;

import java.util.Arrays;
import java.util.List;

/**
 * Rankings as rows of completions from best to worst, for Plackett-Luce. G rankings, K = longest.
 *
 * @param indices [G*K] into the list of all completions; 0 on padding
 * @param present [G*K] 1 for completions
 * @param placed [G*K] 1 where the order is known: the first ones, up to a tie
 */
record RankingOrder(int width, int[] indices, float[] present, float[] placed) {
  static RankingOrder of(List<RankedSample> rankings, List<int[]> groups) {
    int width = groups.stream().mapToInt(g -> g.length).max().orElse(0);
    int n = rankings.size() * width;
    RankingOrder order = new RankingOrder(width, new int[n], new float[n], new float[n]);
    for (int r = 0; r < rankings.size(); r++) {
      int[] ranks = rankings.get(r).ranks();
      Integer[] sorted = new Integer[ranks.length];
      Arrays.setAll(sorted, i -> i);
      Arrays.sort(sorted, (a, b) -> Integer.compare(ranks[a], ranks[b]));
      boolean known = true;
      for (int i = 0; i < sorted.length; i++) {
        int at = r * width + i;
        order.indices[at] = groups.get(r)[sorted[i]];
        order.present[at] = 1;
        known &= i + 1 == sorted.length || ranks[sorted[i]] != ranks[sorted[i + 1]];
        order.placed[at] = known ? 1 : 0;
      }
    }
    return order;
  }
}
