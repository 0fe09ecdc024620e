package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Ranking;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often two people say the same about the same two outputs: the inter-annotator agreement that
 * the paper reports as 72.6 +- 1.5% for training labelers and 77.3 +- 1.3% for held-out ones
 * (section 3.4). A case is one comparison and two labelers who judged it; a tie is a third answer.
 *
 * @param pairs the number of cases
 * @param agreeing how many of them had equal answers
 * @param decidedPairs cases in which neither said tie
 * @param decidedAgreeing how many of those had equal answers
 * @param meanOverComparisons the share within each comparison first, then the mean over comparisons
 * @param perLabeler each labeler's share of cases in agreement with the other one
 */
public record Agreement(
    long pairs,
    long agreeing,
    long decidedPairs,
    long decidedAgreeing,
    double meanOverComparisons,
    SortedMap<String, Double> perLabeler) {

  /** Of everything that at least two people compared; an error when nothing was. */
  public static Agreement ofRankings(Collection<Ranking> rankings) {
    return of(Judgements.ofRankings(rankings));
  }

  public static Agreement of(Judgements judgements) {
    Tally total = new Tally();
    double sumOfShares = 0;
    int shared = 0;
    TreeMap<String, long[]> counts = new TreeMap<>();
    for (Judgements.Comparison comparison : judgements.comparisons()) {
      Tally here = Tally.of(comparison);
      total.add(here);
      if (here.pairs > 0) {
        shared++;
        sumOfShares += (double) here.agreeing / here.pairs;
      }
      for (Judgement one : comparison.judgements()) {
        for (Judgement other : comparison.judgements()) {
          if (one != other) {
            long[] count = counts.computeIfAbsent(one.labeler(), l -> new long[2]);
            count[0]++;
            count[1] += one.preference() == other.preference() ? 1 : 0;
          }
        }
      }
    }
    if (total.pairs == 0) {
      throw new InputException(
          "agreement needs comparisons judged by at least 2 people; none of the "
              + judgements.comparisons().size()
              + " comparisons was");
    }
    TreeMap<String, Double> perLabeler = new TreeMap<>();
    counts.forEach((labeler, count) -> perLabeler.put(labeler, (double) count[1] / count[0]));
    return new Agreement(
        total.pairs,
        total.agreeing,
        total.decidedPairs,
        total.decidedAgreeing,
        sumOfShares / shared,
        perLabeler);
  }

  /** Share of cases with equal answers, ties being a third answer. */
  public double rate() {
    return (double) agreeing / pairs;
  }

  /** sqrt(p (1 - p) / pairs): the paper's kind of +-. */
  public double standardError() {
    return Interval.shareError(rate(), pairs);
  }

  /**
   * Wilson's 95% interval as if the cases were independent. Pairs of one ranking are not: {@link
   * #intervalOverPrompts} is the honest, wider one.
   */
  public Interval interval() {
    return Interval.wilson(agreeing, pairs);
  }

  /** Share of equal answers where nobody said tie; NaN when somebody always did. */
  public double rateWithoutTies() {
    return (double) decidedAgreeing / decidedPairs;
  }

  /** Interval of {@link #rate} that draws whole prompts again, with all their pairs. */
  public static Interval intervalOverPrompts(Judgements judgements, Bootstrap bootstrap) {
    Map<String, Tally> byPrompt = new LinkedHashMap<>();
    for (Judgements.Comparison comparison : judgements.comparisons()) {
      Tally here = Tally.of(comparison);
      if (here.pairs > 0) {
        byPrompt.computeIfAbsent(comparison.promptId(), p -> new Tally()).add(here);
      }
    }
    List<Tally> prompts = new ArrayList<>(byPrompt.values());
    return bootstrap.interval(
        prompts.size(),
        drawn -> {
          long pairs = 0;
          long agreeing = 0;
          for (int i : drawn) {
            pairs += prompts.get(i).pairs;
            agreeing += prompts.get(i).agreeing;
          }
          return (double) agreeing / pairs;
        });
  }

  private static final class Tally {
    long pairs;
    long agreeing;
    long decidedPairs;
    long decidedAgreeing;

    static Tally of(Judgements.Comparison comparison) {
      long[] said = new long[Preference.values().length];
      for (Judgement judgement : comparison.judgements()) {
        said[judgement.preference().ordinal()]++;
      }
      Tally tally = new Tally();
      long people = comparison.judgements().size();
      long decided = people - said[Preference.TIE.ordinal()];
      tally.pairs = twoOf(people);
      tally.decidedPairs = twoOf(decided);
      tally.decidedAgreeing =
          twoOf(said[Preference.FIRST.ordinal()]) + twoOf(said[Preference.SECOND.ordinal()]);
      tally.agreeing = tally.decidedAgreeing + twoOf(said[Preference.TIE.ordinal()]);
      return tally;
    }

    void add(Tally other) {
      pairs += other.pairs;
      agreeing += other.agreeing;
      decidedPairs += other.decidedPairs;
      decidedAgreeing += other.decidedAgreeing;
    }

    private static long twoOf(long n) {
      return n * (n - 1) / 2;
    }
  }
}
