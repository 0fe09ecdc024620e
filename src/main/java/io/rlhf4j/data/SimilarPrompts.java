package io.rlhf4j.data;

import io.rlhf4j.data.Deduplication.Reason;
import io.rlhf4j.data.Deduplication.Removed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Prompts without those that say nearly what an earlier one says: whose sets of word triples have a
 * Jaccard similarity of at least a threshold. Paraphrases with other words stay.
 *
 * <p>Candidates come from MinHash signatures cut into bands (Broder 1997); every candidate is then
 * compared exactly, so that nothing goes by chance. At the usual threshold of 0.8, fewer than one
 * pair in ten million escapes the bands.
 */
public final class SimilarPrompts {
  public static final double THRESHOLD = 0.8;

  private static final int TRIPLE = 3;
  private static final int BANDS = 32;
  private static final int ROWS = 4;

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
    long[] salts = new SplittableRandom(1).longs((long) BANDS * ROWS).toArray();
    Map<List<Long>, List<Integer>> buckets = new HashMap<>();
    List<Set<List<String>>> triples = new ArrayList<>();
    Map<Integer, Removed> removed = new HashMap<>();
    for (int i = 0; i < prompts.size(); i++) {
      Set<List<String>> here = triples(prompts.get(i).text());
      triples.add(here);
      List<List<Long>> keys = bands(here, salts);
      int first = earliest(keys, buckets, triples, threshold);
      if (first < 0) {
        for (List<Long> key : keys) {
          buckets.computeIfAbsent(key, k -> new ArrayList<>()).add(i);
        }
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

  /** Shared triples over all triples of both texts. */
  static double similarity(Set<List<String>> one, Set<List<String>> other) {
    long shared = one.stream().filter(other::contains).count();
    return (double) shared / (one.size() + other.size() - shared);
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

  /** The last of the triples is the newcomer's. */
  private static int earliest(
      List<List<Long>> keys,
      Map<List<Long>, List<Integer>> buckets,
      List<Set<List<String>>> triples,
      double threshold) {
    Set<List<String>> here = triples.get(triples.size() - 1);
    Set<Integer> compared = new HashSet<>();
    int first = -1;
    for (List<Long> key : keys) {
      for (int candidate : buckets.getOrDefault(key, List.of())) {
        boolean better = first < 0 || candidate < first;
        if (better
            && compared.add(candidate)
            && similarity(here, triples.get(candidate)) >= threshold) {
          first = candidate;
        }
      }
    }
    return first;
  }

  private static List<List<Long>> bands(Set<List<String>> triples, long[] salts) {
    long[] least = new long[salts.length];
    Arrays.fill(least, Long.MAX_VALUE);
    for (List<String> triple : triples) {
      long hash = triple.hashCode();
      for (int i = 0; i < salts.length; i++) {
        least[i] = Math.min(least[i], mixed(hash ^ salts[i]));
      }
    }
    List<List<Long>> bands = new ArrayList<>();
    for (int band = 0; band < BANDS; band++) {
      List<Long> key = new ArrayList<>(List.of((long) band));
      for (int row = 0; row < ROWS; row++) {
        key.add(least[band * ROWS + row]);
      }
      bands.add(key);
    }
    return bands;
  }

  /** The finisher of splitmix64: spreads nearby numbers over all 64 bits. */
  private static long mixed(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
