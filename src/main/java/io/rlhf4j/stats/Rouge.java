package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Overlap of a text with a reference (Lin 2004), with the words of Google's rouge_score without
 * stemming: lower case, everything but a-z and 0-9 parts words. Empty text gives 0.
 */
public record Rouge(double precision, double recall, double f1) {
  private static final Pattern NO_WORD = Pattern.compile("[^a-z0-9]+");

  /** ROUGE-n: sequences of n words in common. */
  public static Rouge n(String prediction, String reference, int n) {
    if (n < 1) {
      throw new InputException("ROUGE-n needs n of at least 1, was " + n);
    }
    List<String> said = words(prediction);
    List<String> wanted = words(reference);
    Map<List<String>, Integer> there = Words.counts(wanted, n);
    int common = 0;
    for (Map.Entry<List<String>, Integer> gram : Words.counts(said, n).entrySet()) {
      common += Math.min(gram.getValue(), there.getOrDefault(gram.getKey(), 0));
    }
    return of(common, Words.total(said, n), Words.total(wanted, n));
  }

  /** ROUGE-L: the longest common subsequence of the whole texts. */
  public static Rouge l(String prediction, String reference) {
    List<String> said = words(prediction);
    List<String> wanted = words(reference);
    int[] lengths = new int[wanted.size() + 1];
    for (String word : said) {
      int diagonal = 0;
      for (int j = 1; j <= wanted.size(); j++) {
        int above = lengths[j];
        lengths[j] =
            word.equals(wanted.get(j - 1)) ? diagonal + 1 : Math.max(above, lengths[j - 1]);
        diagonal = above;
      }
    }
    return of(lengths[wanted.size()], said.size(), wanted.size());
  }

  private static Rouge of(int common, int said, int wanted) {
    if (common == 0) {
      return new Rouge(0, 0, 0);
    }
    double precision = (double) common / said;
    double recall = (double) common / wanted;
    return new Rouge(precision, recall, 2 * precision * recall / (precision + recall));
  }

  private static List<String> words(String text) {
    return Words.split(NO_WORD.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" "));
  }
}
