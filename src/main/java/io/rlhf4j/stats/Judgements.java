package io.rlhf4j.stats;

import io.rlhf4j.data.Ranking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who said what on which comparison.
 *
 * @param comparisons per comparison the judgements on it, at most one per labeler
 * @param repeated judgements left out because that labeler had judged that comparison before
 */
public record Judgements(List<Comparison> comparisons, int repeated) {
  /** All judgements on one pair of outputs to one prompt. */
  public record Comparison(String promptId, List<Judgement> judgements) {
    public Comparison {
      judgements = List.copyOf(judgements);
    }
  }

  private record Pair(String promptId, String first, String second) {}

  public Judgements {
    comparisons = List.copyOf(comparisons);
  }

  /**
   * Takes rankings apart into pairs and brings together the pairs that several people saw, however
   * their completions were ordered on the page. Equal completions within one ranking count once,
   * with the best of their ranks.
   */
  public static Judgements ofRankings(Collection<Ranking> rankings) {
    Map<Pair, Map<String, Preference>> pairs = new LinkedHashMap<>();
    int repeated = 0;
    for (Ranking ranking : rankings) {
      TreeMap<String, Integer> ranks = new TreeMap<>();
      for (int i = 0; i < ranking.size(); i++) {
        ranks.merge(ranking.completions().get(i), ranking.ranks().get(i), Math::min);
      }
      for (Map.Entry<String, Integer> first : ranks.entrySet()) {
        for (Map.Entry<String, Integer> second : ranks.tailMap(first.getKey(), false).entrySet()) {
          Pair pair = new Pair(ranking.prompt().id(), first.getKey(), second.getKey());
          Preference said = Preference.ofRanks(first.getValue(), second.getValue());
          boolean before =
              pairs.computeIfAbsent(pair, p -> new TreeMap<>()).putIfAbsent(ranking.labeler(), said)
                  != null;
          repeated += before ? 1 : 0;
        }
      }
    }
    List<Comparison> comparisons = new ArrayList<>();
    pairs.forEach(
        (pair, said) -> {
          List<Judgement> judgements = new ArrayList<>();
          said.forEach((labeler, preference) -> judgements.add(new Judgement(labeler, preference)));
          comparisons.add(new Comparison(pair.promptId(), judgements));
        });
    return new Judgements(comparisons, repeated);
  }

  /** Everybody who judged, sorted. */
  public List<String> labelers() {
    TreeSet<String> labelers = new TreeSet<>();
    for (Comparison comparison : comparisons) {
      comparison.judgements().forEach(judgement -> labelers.add(judgement.labeler()));
    }
    return List.copyOf(labelers);
  }

  /**
   * The table that {@link KrippendorffAlpha} and {@link CohenKappa} read.
   *
   * @return [comparison][labeler as in {@link #labelers}]: 0 first, 1 second, 2 tie, NaN not judged
   */
  public double[][] table() {
    List<String> labelers = labelers();
    double[][] table = new double[comparisons.size()][labelers.size()];
    for (int i = 0; i < table.length; i++) {
      Arrays.fill(table[i], Double.NaN);
      for (Judgement judgement : comparisons.get(i).judgements()) {
        int column = Collections.binarySearch(labelers, judgement.labeler());
        table[i][column] = judgement.preference().ordinal();
      }
    }
    return table;
  }
}
