package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much texts resemble each other: each text's BLEU against all the others as references (Zhu et
 * al. 2018). 1 means that all are alike, near 0 that they share nothing.
 *
 * @param perText [texts]
 * @param mean over the texts
 */
public record SelfBleu(List<Double> perText, double mean) {
  /** Stands for a matching sequence where there is none (Chen and Cherry 2014, method 1). */
  private static final double SMOOTHING = 0.1;

  /** The two largest counts of a sequence in one text, so that each text can be left out. */
  private static final class Largest {
    int count;
    int owner = -1;
    int second;

    void offer(int value, int text) {
      if (value > count) {
        second = count;
        count = value;
        owner = text;
      } else {
        second = Math.max(second, value);
      }
    }

    int without(int text) {
      return owner == text ? second : count;
    }
  }

  /**
   * @param n the longest word sequence to look at, usually 4
   */
  public static SelfBleu of(List<String> texts, int n) {
    if (texts.size() < 2 || n < 1) {
      throw new InputException(
          "self-BLEU needs at least 2 texts and n of at least 1, had %d texts and n = %d"
              .formatted(texts.size(), n));
    }
    List<List<String>> words = texts.stream().map(Words::split).toList();
    int[] lengths = words.stream().mapToInt(List::size).sorted().toArray();
    double[] logs = new double[texts.size()];
    boolean[] nothingShared = new boolean[texts.size()];
    for (int order = 1; order <= n; order++) {
      List<Map<List<String>, Integer>> counts = new ArrayList<>();
      Map<List<String>, Largest> largest = new HashMap<>();
      for (int t = 0; t < words.size(); t++) {
        Map<List<String>, Integer> here = Words.counts(words.get(t), order);
        counts.add(here);
        int text = t;
        here.forEach(
            (gram, count) -> largest.computeIfAbsent(gram, g -> new Largest()).offer(count, text));
      }
      for (int t = 0; t < words.size(); t++) {
        int matches = 0;
        for (Map.Entry<List<String>, Integer> gram : counts.get(t).entrySet()) {
          Largest elsewhere = largest.get(gram.getKey());
          matches += elsewhere == null ? 0 : Math.min(gram.getValue(), elsewhere.without(t));
        }
        nothingShared[t] |= order == 1 && matches == 0;
        int total = Math.max(1, Words.total(words.get(t), order));
        logs[t] += Math.log((matches == 0 ? SMOOTHING : matches) / total) / n;
      }
    }
    Double[] scores = new Double[texts.size()];
    for (int t = 0; t < scores.length; t++) {
      int length = words.get(t).size();
      scores[t] =
          nothingShared[t] ? 0 : brevity(length, closest(lengths, length)) * Math.exp(logs[t]);
    }
    return new SelfBleu(
        List.of(scores), Arrays.stream(scores).mapToDouble(d -> d).average().orElse(0));
  }

  private static double brevity(int length, int reference) {
    return length >= reference ? 1 : Math.exp(1 - (double) reference / length);
  }

  /** The length of the other text that is nearest, the shorter one of equals. */
  private static int closest(int[] sorted, int length) {
    int self = Arrays.binarySearch(sorted, length);
    int best = -1;
    for (int i = 0; i < sorted.length; i++) {
      boolean nearer = best < 0 || Math.abs(sorted[i] - length) < Math.abs(sorted[best] - length);
      if (i != self && nearer) {
        best = i;
      }
    }
    return sorted[best];
  }
}
