package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Ranking;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * How often a model's output is preferred to a baseline's (the paper's figure 1: against the 175B
 * SFT model).
 */
public record WinRate(String model, String baseline, long wins, long losses, long ties) {
  public WinRate {
    if (wins + losses + ties <= 0) {
      throw new InputException(
          "the win rate of '%s' against '%s' needs at least 1 comparison"
              .formatted(model, baseline));
    }
  }

  /** Over all rankings that hold outputs of both. */
  public static WinRate ofRankings(Collection<Ranking> rankings, String model, String baseline) {
    SortedMap<String, WinRate> all = byLabelerGroup(rankings, model, baseline, labeler -> "");
    WinRate rate = all.get("");
    if (rate == null) {
      TreeSet<String> found = new TreeSet<>();
      rankings.forEach(ranking -> found.addAll(ranking.policies()));
      throw new InputException(
          "no ranking holds outputs of both '%s' and '%s'; the policies found are %s"
              .formatted(model, baseline, found));
    }
    return rate;
  }

  /**
   * One win rate per group of labelers, such as training and held-out ones; groups that compared
   * nothing are absent.
   */
  public static SortedMap<String, WinRate> byLabelerGroup(
      Collection<Ranking> rankings, String model, String baseline, UnaryOperator<String> groupOf) {
    TreeMap<String, long[]> counts = new TreeMap<>();
    for (Ranking ranking : rankings) {
      List<String> policies = ranking.policies();
      for (int i = 0; i < policies.size(); i++) {
        for (int j = 0; j < policies.size(); j++) {
          if (i != j && policies.get(i).equals(model) && policies.get(j).equals(baseline)) {
            Preference said = Preference.ofRanks(ranking.ranks().get(i), ranking.ranks().get(j));
            counts
                .computeIfAbsent(groupOf.apply(ranking.labeler()), g -> new long[3])[
                said.ordinal()]++;
          }
        }
      }
    }
    TreeMap<String, WinRate> rates = new TreeMap<>();
    counts.forEach((group, n) -> rates.put(group, new WinRate(model, baseline, n[0], n[1], n[2])));
    return rates;
  }

  /** All comparisons. */
  public long comparisons() {
    return wins + losses + ties;
  }

  /** Share of wins, a tie counting one half. */
  public double rate() {
    return (wins + 0.5 * ties) / comparisons();
  }

  /** Wilson's 95% interval; with ties it is a little wider than it need be. */
  public Interval interval() {
    return Interval.wilson(wins + 0.5 * ties, comparisons());
  }
}
