package io.rlhf4j.data;

import java.util.ArrayList;
import java.util.List;

/**
 * One labeler's ranking of K outputs for one prompt (the paper's K is 4 to 9).
 *
 * @param completions [K] in the order shown
 * @param ranks [K] 1 is best; equal ranks are ties
 * @param policies [K] who wrote each output, or empty
 * @param likert [K] ratings 1..7, or empty
 * @param metadata [K] Table 3's answers, or empty
 */
public record Ranking(
    Prompt prompt,
    List<String> completions,
    List<Integer> ranks,
    List<String> policies,
    List<Integer> likert,
    List<Metadata> metadata,
    String labeler) {
  public Ranking {
    completions = List.copyOf(completions);
    ranks = List.copyOf(ranks);
    policies = List.copyOf(policies);
    likert = List.copyOf(likert);
    metadata = List.copyOf(metadata);
    int k = completions.size();
    if (k < 2) {
      throw new InputException("a ranking needs at least 2 completions, had " + k);
    }
    requireSize("ranks", ranks.size(), k, false);
    requireSize("policies", policies.size(), k, true);
    requireSize("likert", likert.size(), k, true);
    requireSize("metadata", metadata.size(), k, true);
    for (int rank : ranks) {
      if (rank < 1) {
        throw new InputException("ranks count from 1 (best), found " + rank);
      }
    }
  }

  /** A ranking of which only the order is known. */
  public static Ranking of(
      Prompt prompt, List<String> completions, List<Integer> ranks, String labeler) {
    return new Ranking(prompt, completions, ranks, List.of(), List.of(), List.of(), labeler);
  }

  /** K. */
  public int size() {
    return completions.size();
  }

  /**
   * All pairs in which one output is ranked above the other, each with weight 1 / C(K, 2); ties are
   * dropped (paper, sections 3.5 and C.2).
   */
  public List<Comparison> comparisons() {
    int k = size();
    double weight = 2.0 / (k * (k - 1.0));
    List<Comparison> pairs = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        if (ranks.get(i) < ranks.get(j)) {
          pairs.add(
              new Comparison(prompt, completions.get(i), completions.get(j), labeler, weight));
        }
      }
    }
    return pairs;
  }

  private static void requireSize(String name, int size, int k, boolean mayBeEmpty) {
    if (size != k && !(mayBeEmpty && size == 0)) {
      throw new InputException(
          "a ranking of " + k + " completions needs " + k + " " + name + ", had " + size);
    }
  }
}
