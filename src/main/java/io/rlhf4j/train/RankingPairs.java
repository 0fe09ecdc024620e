package io.rlhf4j.train;

import java.util.List;

/**
 * The pairs of some rankings as indices into the list of their completions; ties are left out.
 *
 * @param winners [P]
 * @param losers [P]
 * @param weights [P] 1 / C(K, 2) of the ranking each pair comes from (paper, equation 1)
 */
record RankingPairs(int[] winners, int[] losers, float[] weights) {
  static RankingPairs of(List<RankedSample> rankings, List<int[]> groups) {
    int n = rankings.stream().mapToInt(RankedSample::pairs).sum();
    int[] winners = new int[n];
    int[] losers = new int[n];
    float[] weights = new float[n];
    int at = 0;
    for (int r = 0; r < rankings.size(); r++) {
      int[] ranks = rankings.get(r).ranks();
      int[] group = groups.get(r);
      float weight = 2f / (ranks.length * (ranks.length - 1f));
      for (int i = 0; i < ranks.length; i++) {
        for (int j = 0; j < ranks.length; j++) {
          if (ranks[i] < ranks[j]) {
            winners[at] = group[i];
            losers[at] = group[j];
            weights[at++] = weight;
          }
        }
      }
    }
    return new RankingPairs(winners, losers, weights);
  }
}
