package io.rlhf4j.data;

import io.rlhf4j.data.Deduplication.Reason;
import io.rlhf4j.data.Deduplication.Removed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Prompts without those that say nearly what an earlier one says: whose sets of word triples have a
 * Jaccard similarity of at least a threshold. Paraphrases with other words stay.
 *
 * <p>Candidates come from a {@link MinHashIndex}; every candidate is then compared exactly, so that
 * nothing goes by chance. At the usual threshold of 0.8, fewer than one pair in ten million
 * escapes.
 */
public final class SimilarPrompts {
  public static final double THRESHOLD = 0.8;

  private static final int TRIPLE = 3;
  private static final int BANDS = 32;

  private SimilarPrompts() {}

  /** Of nearly equal prompts the first stays. */
  public static Deduplication remove(List<Prompt> prompts) {
    return remove(prompts, THRESHOLD);
  }

  /**
   * @param threshold similarity from which on a prompt repeats an earlier one, in (0, 1]
   */
  public static Deduplication remove(List<Prompt> prompts, double threshold) {
    if (!(threshold > 0 && threshold <= 1)) {
      throw new InputException(
          "the threshold of near duplicates must lie in (0, 1], was " + threshold);
    }
    MinHashIndex index = new MinHashIndex(BANDS);
    List<Set<List<String>>> triples = new ArrayList<>();
    Map<Integer, Removed> removed = new HashMap<>();
    for (int i = 0; i < prompts.size(); i++) {
      Set<List<String>> here = triples(prompts.get(i).text());
      triples.add(here);
      long[] keys = index.keys(here);
      int first =
          index.candidates(keys).stream()
              .filter(other -> MinHashIndex.similarity(here, triples.get(other)) >= threshold)
              .findFirst()
              .orElse(-1);
      if (first < 0) {
        index.add(keys, i);
      } else {
        Prompt kept = prompts.get(first);
        boolean equal =
            Deduplication.words(kept.text()).equals(Deduplication.words(prompts.get(i).text()));
        removed.put(
            i, new Removed(prompts.get(i), equal ? Reason.EQUAL : Reason.NEARLY_EQUAL, kept.id()));
      }
    }
    return Deduplication.divide(prompts, removed);
  }

  /** Every three words in a row; a shorter text is one of its own. */
  static Set<List<String>> triples(String text) {
    List<String> words = Deduplication.words(text);
    int length = Math.min(TRIPLE, words.size());
    Set<List<String>> triples = new HashSet<>();
    for (int at = 0; at + length <= words.size(); at++) {
      triples.add(List.copyOf(words.subList(at, at + length)));
    }
    return triples;
  }
}
