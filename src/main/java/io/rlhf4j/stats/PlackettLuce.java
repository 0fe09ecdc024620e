package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Ranking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Strengths of items from whole rankings: the best is drawn with probability exp(s) / sum exp(s),
 * then the next among the rest, and so on (Plackett 1975, Luce 1959). Fitted by the MM algorithm
 * (Hunter 2004).
 *
 * @param scores [items] that sum to 0
 * @param logLikelihood of the rankings at these scores
 */
public record PlackettLuce(List<Double> scores, double logLikelihood) {
  private static final int MOST_STEPS = 10_000;
  private static final double NEAR_ENOUGH = 1e-10;

  public PlackettLuce {
    scores = List.copyOf(scores);
  }

  /**
   * Log-likelihood of one order.
   *
   * @param scores [K] of the items that took part
   * @param order indices of items, best first; if there are fewer than K, the others follow in
   *     unknown order
   */
  public static double logLikelihood(double[] scores, int[] order) {
    int[] items = withTheRest(scores.length, order);
    double[] rest = logSumOfRest(scores, items);
    double sum = 0;
    for (int k = 0; k < order.length; k++) {
      sum += scores[items[k]] - rest[k];
    }
    return sum;
  }

  /** [K] derivatives of {@link #logLikelihood} by the scores. */
  public static double[] gradient(double[] scores, int[] order) {
    int[] items = withTheRest(scores.length, order);
    double[] rest = logSumOfRest(scores, items);
    double[] gradient = new double[scores.length];
    for (int k = 0; k < order.length; k++) {
      gradient[items[k]]++;
      for (int j = k; j < items.length; j++) {
        gradient[items[j]] -= Math.exp(scores[items[j]] - rest[k]);
      }
    }
    return gradient;
  }

  /**
   * Fits strict rankings.
   *
   * @param items how many there are in all
   * @param orders each one the indices of the items that took part, best first
   */
  public static PlackettLuce fit(int items, List<int[]> orders) {
    List<int[]> ranks = new ArrayList<>(orders.size());
    for (int[] order : orders) {
      int[] places = new int[order.length];
      Arrays.setAll(places, k -> k + 1);
      ranks.add(places);
    }
    return fit(items, orders, ranks);
  }

  /**
   * Fits rankings with ties. Tied items share one draw's denominator (Breslow's approximation);
   * items tied for the last place only follow the others, which is exact.
   *
   * @param items how many there are in all
   * @param participants each one the indices of the items that took part
   * @param ranks each one their ranks, 1 the best
   */
  public static PlackettLuce fit(int items, List<int[]> participants, List<int[]> ranks) {
    Stages stages = Stages.of(items, participants, ranks);
    double[] strengths = new double[items];
    Arrays.fill(strengths, 1);
    for (int step = 0; step < MOST_STEPS; step++) {
      double change = stages.improve(strengths);
      if (change < NEAR_ENOUGH) {
        break;
      }
    }
    double mean = Arrays.stream(strengths).map(Math::log).average().orElse(0);
    return new PlackettLuce(
        Arrays.stream(strengths).map(s -> Math.log(s) - mean).boxed().toList(),
        stages.logLikelihood(strengths));
  }

  /** The policies that {@link #ofRankings} scores, in its order. */
  public static List<String> policies(Collection<Ranking> rankings) {
    TreeSet<String> names = new TreeSet<>();
    rankings.forEach(ranking -> names.addAll(ranking.policies()));
    return List.copyOf(names);
  }

  /** Scores of the policies whose outputs were ranked. */
  public static PlackettLuce ofRankings(Collection<Ranking> rankings) {
    List<String> names = policies(rankings);
    List<int[]> participants = new ArrayList<>();
    List<int[]> ranks = new ArrayList<>();
    for (Ranking ranking : rankings) {
      if (!ranking.policies().isEmpty()) {
        participants.add(ranking.policies().stream().mapToInt(names::indexOf).toArray());
        ranks.add(ranking.ranks().stream().mapToInt(rank -> rank).toArray());
      }
    }
    return fit(names.size(), participants, ranks);
  }

  private static int[] withTheRest(int count, int[] order) {
    boolean[] placed = new boolean[count];
    int[] items = Arrays.copyOf(order, count);
    for (int item : order) {
      if (item < 0 || item >= count || placed[item]) {
        throw new InputException(
            "an order names each of the %d items at most once, was %s"
                .formatted(count, Arrays.toString(order)));
      }
      placed[item] = true;
    }
    int at = order.length;
    for (int item = 0; item < count; item++) {
      if (!placed[item]) {
        items[at++] = item;
      }
    }
    return items;
  }

  /** [K] log of the sum of exp(score) over the items from place k on. */
  private static double[] logSumOfRest(double[] scores, int[] items) {
    double[] rest = new double[items.length];
    double sum = Double.NEGATIVE_INFINITY;
    for (int k = items.length - 1; k >= 0; k--) {
      double score = scores[items[k]];
      double largest = Math.max(sum, score);
      sum = largest + Math.log(Math.exp(sum - largest) + Math.exp(score - largest));
      rest[k] = sum;
    }
    return rest;
  }

  /** All draws of all rankings, laid out flat: the fit walks them some dozens of times. */
  private record Stages(int[] starts, int[] items, int[] tied, double[] drawn) {

    /**
     * {@code starts[r]} is where ranking r begins in {@code items} (best first) and {@code tied};
     * tied[p] is the number of items drawn where a tier begins at p, 0 inside a tier and in the
     * last one; drawn[i] is how often item i was drawn before others.
     */
    static Stages of(int count, List<int[]> participants, List<int[]> ranks) {
      if (participants.isEmpty()) {
        throw new InputException("Plackett-Luce needs at least 1 ranking");
      }
      int[] starts = new int[participants.size() + 1];
      for (int r = 0; r < participants.size(); r++) {
        starts[r + 1] = starts[r] + participants.get(r).length;
      }
      int[] items = new int[starts[participants.size()]];
      int[] tied = new int[items.length];
      double[] drawn = new double[count];
      double[][] beats = new double[count][count];
      for (int r = 0; r < participants.size(); r++) {
        int[] who = participants.get(r);
        int[] rank = ranks.get(r);
        Integer[] order = new Integer[who.length];
        Arrays.setAll(order, k -> k);
        Arrays.sort(order, (a, b) -> Integer.compare(rank[a], rank[b]));
        for (int k = 0; k < order.length; ) {
          int end = k + 1;
          while (end < order.length && rank[order[end]] == rank[order[k]]) {
            end++;
          }
          boolean last = end == order.length;
          tied[starts[r] + k] = last ? 0 : end - k;
          for (int j = k; j < end; j++) {
            int item = who[order[j]];
            items[starts[r] + j] = item;
            drawn[item] += last ? 0 : 1;
            for (int below = end; below < order.length; below++) {
              beats[item][who[order[below]]]++;
            }
          }
          k = end;
        }
      }
      if (!WinMatrix.isStronglyConnected(beats)) {
        throw new InputException(
            "Plackett-Luce scores do not exist: some items were always above, always below, or"
                + " never ranked with the others; rank more or leave them out");
      }
      return new Stages(starts, items, tied, drawn);
    }

    /** One MM step; returns the largest change of a log-strength. */
    double improve(double[] strengths) {
      double[] shares = new double[strengths.length];
      double[] rest = new double[items.length];
      for (int r = 0; r + 1 < starts.length; r++) {
        double sum = 0;
        for (int p = starts[r + 1] - 1; p >= starts[r]; p--) {
          sum += strengths[items[p]];
          rest[p] = sum;
        }
        double perStrength = 0;
        for (int p = starts[r]; p < starts[r + 1]; p++) {
          if (tied[p] > 0) {
            perStrength += tied[p] / rest[p];
          }
          shares[items[p]] += perStrength;
        }
      }
      double total = 0;
      double[] next = new double[strengths.length];
      for (int i = 0; i < next.length; i++) {
        next[i] = drawn[i] / shares[i];
        total += next[i];
      }
      double change = 0;
      for (int i = 0; i < next.length; i++) {
        next[i] *= next.length / total;
        change = Math.max(change, Math.abs(Math.log(next[i] / strengths[i])));
        strengths[i] = next[i];
      }
      return change;
    }

    double logLikelihood(double[] strengths) {
      double sum = 0;
      for (int i = 0; i < strengths.length; i++) {
        sum += drawn[i] * Math.log(strengths[i]);
      }
      for (int r = 0; r + 1 < starts.length; r++) {
        double rest = 0;
        for (int p = starts[r + 1] - 1; p >= starts[r]; p--) {
          rest += strengths[items[p]];
          sum -= tied[p] * Math.log(rest);
        }
      }
      return sum;
    }
  }
}
