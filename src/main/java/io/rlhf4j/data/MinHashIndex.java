package io.rlhf4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Finds sets that probably resemble a given one among those put in (Broder 1997): each set is known
 * by the least of its elements' hashes under many hash functions, in bands of four; sets that agree
 * in a whole band are candidates. With b bands, a pair of Jaccard similarity s is found with
 * probability 1 - (1 - s^4)^b. Whoever asks compares the candidates exactly.
 */
final class MinHashIndex {
  private static final int ROWS = 4;

  private final long[] salts;
  private final List<Map<Long, List<Integer>>> bands = new ArrayList<>();

  MinHashIndex(int bands) {
    salts = new SplittableRandom(1).longs((long) bands * ROWS).toArray();
    for (int band = 0; band < bands; band++) {
      this.bands.add(new HashMap<>());
    }
  }

  /** Shared elements over all elements of both sets. */
  static <T> double similarity(Set<T> one, Set<T> other) {
    Set<T> smaller = one.size() < other.size() ? one : other;
    Set<T> larger = smaller == one ? other : one;
    long shared = smaller.stream().filter(larger::contains).count();
    return (double) shared / (one.size() + other.size() - shared);
  }

  /** What a set is known by, [bands]; nothing for an empty set, which resembles none. */
  long[] keys(Set<?> elements) {
    if (elements.isEmpty()) {
      return new long[0];
    }
    long[] least = new long[salts.length];
    Arrays.fill(least, Long.MAX_VALUE);
    for (Object element : elements) {
      long hash = element.hashCode();
      for (int i = 0; i < salts.length; i++) {
        least[i] = Math.min(least[i], mixed(hash ^ salts[i]));
      }
    }
    long[] keys = new long[bands.size()];
    for (int i = 0; i < least.length; i++) {
      keys[i / ROWS] = mixed(keys[i / ROWS] ^ least[i]);
    }
    return keys;
  }

  void add(long[] keys, int index) {
    for (int band = 0; band < keys.length; band++) {
      bands.get(band).computeIfAbsent(keys[band], key -> new ArrayList<>()).add(index);
    }
  }

  /** Those added that agree in a band, the lowest index first. */
  Set<Integer> candidates(long[] keys) {
    Set<Integer> candidates = new TreeSet<>();
    for (int band = 0; band < keys.length; band++) {
      candidates.addAll(bands.get(band).getOrDefault(keys[band], List.of()));
    }
    return candidates;
  }

  /** The finisher of splitmix64: spreads nearby numbers over all 64 bits. */
  private static long mixed(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
