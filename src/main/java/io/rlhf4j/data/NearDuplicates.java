package io.rlhf4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * For each evaluation text the training text that resembles it most, by the Jaccard similarity of
 * their word triples. Candidates are found by MinHash (Broder 1997) with banding; what is reported
 * is exact.
 *
 * @param similarities [evaluation texts] in [0, 1]; 0 when no candidate was found
 * @param nearest [evaluation texts] index of the training text, or -1
 */
public record NearDuplicates(List<Double> similarities, List<Integer> nearest) {
  /** 24 bands of 4: a pair of similarity 0.5 is found in 79 of 100 cases, one of 0.7 always. */
  private static final int BANDS = 24;

  private static final int ROWS = 4;
  private static final int SHINGLE = 3;
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+");

  public NearDuplicates {
    similarities = List.copyOf(similarities);
    nearest = List.copyOf(nearest);
  }

  public static NearDuplicates of(Collection<String> evaluation, Collection<String> training) {
    long[][] seeds = seeds();
    List<Set<Integer>> wanted = new ArrayList<>();
    List<Map<Long, List<Integer>>> buckets = new ArrayList<>();
    for (int b = 0; b < BANDS; b++) {
      buckets.add(new HashMap<>());
    }
    for (String text : evaluation) {
      Set<Integer> shingles = shingles(text);
      int index = wanted.size();
      wanted.add(shingles);
      long[] keys = keys(shingles, seeds);
      for (int b = 0; b < keys.length; b++) {
        buckets.get(b).computeIfAbsent(keys[b], key -> new ArrayList<>()).add(index);
      }
    }
    // Training texts are walked once, and nothing of them is kept.
    double[] best = new double[wanted.size()];
    int[] nearest = new int[wanted.size()];
    Arrays.fill(nearest, -1);
    int at = 0;
    for (String text : training) {
      Set<Integer> shingles = shingles(text);
      long[] keys = keys(shingles, seeds);
      Set<Integer> candidates = new HashSet<>();
      for (int b = 0; b < keys.length; b++) {
        candidates.addAll(buckets.get(b).getOrDefault(keys[b], List.of()));
      }
      for (int candidate : candidates) {
        double similarity = jaccard(wanted.get(candidate), shingles);
        if (similarity > best[candidate]) {
          best[candidate] = similarity;
          nearest[candidate] = at;
        }
      }
      at++;
    }
    return new NearDuplicates(
        Arrays.stream(best).boxed().toList(), Arrays.stream(nearest).boxed().toList());
  }

  private static long[][] seeds() {
    SplittableRandom random = new SplittableRandom(20220304);
    long[][] seeds = new long[BANDS * ROWS][2];
    for (long[] seed : seeds) {
      seed[0] = random.nextLong() | 1;
      seed[1] = random.nextLong();
    }
    return seeds;
  }

  /** One key per band: texts that share one are candidates. Nothing for a text without words. */
  private static long[] keys(Set<Integer> shingles, long[][] seeds) {
    if (shingles.isEmpty()) {
      return new long[0];
    }
    long[] keys = new long[BANDS];
    for (int b = 0; b < BANDS; b++) {
      long key = 17;
      for (int r = 0; r < ROWS; r++) {
        long[] seed = seeds[b * ROWS + r];
        long least = Long.MAX_VALUE;
        for (int shingle : shingles) {
          long hash = seed[0] * (shingle + seed[1]);
          hash ^= hash >>> 32;
          least = Math.min(least, hash * seed[0]);
        }
        key = 31 * key + least;
      }
      keys[b] = key;
    }
    return keys;
  }

  /** Hashes of all triples of words; of a shorter text, of all its words together. */
  private static Set<Integer> shingles(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      words.add(matcher.group());
    }
    Set<Integer> shingles = new HashSet<>();
    int n = Math.min(SHINGLE, words.size());
    for (int i = 0; n > 0 && i + n <= words.size(); i++) {
      shingles.add(words.subList(i, i + n).hashCode());
    }
    return shingles;
  }

  private static double jaccard(Set<Integer> a, Set<Integer> b) {
    Set<Integer> smaller = a.size() < b.size() ? a : b;
    Set<Integer> larger = smaller == a ? b : a;
    long common = smaller.stream().filter(larger::contains).count();
    return (double) common / (a.size() + b.size() - common);
  }
}
