package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Diversity of texts as the share of different sequences of n words (Li et al. 2016). It falls when
 * a policy collapses; compare only sets of similar length, longer ones repeat more.
 *
 * @param unique different sequences in all texts
 * @param total all sequences in all texts
 * @param meanPerText the share within each text, averaged over texts
 */
public record DistinctN(long unique, long total, double meanPerText) {
  public static DistinctN of(Collection<String> texts, int n) {
    if (n < 1) {
      throw new InputException("distinct-n needs n of at least 1, was " + n);
    }
    Set<List<String>> seen = new HashSet<>();
    long total = 0;
    double shares = 0;
    for (String text : texts) {
      List<String> words = Words.split(text);
      Set<List<String>> here = Words.counts(words, n).keySet();
      int all = Words.total(words, n);
      seen.addAll(here);
      total += all;
      shares += all == 0 ? 0 : (double) here.size() / all;
    }
    return new DistinctN(seen.size(), total, texts.isEmpty() ? 0 : shares / texts.size());
  }

  /** unique / total in [0, 1]; 0 where no text has n words. */
  public double rate() {
    return total == 0 ? 0 : (double) unique / total;
  }
}
