package io.rlhf4j.stats;

import io.rlhf4j.data.Ranking;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** How often each model beat each other one; all that {@link BradleyTerry} needs to know. */
public final class WinMatrix {
  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> indices = new HashMap<>();
  private double[][] wins = new double[8][8];

  /** Every pair of outputs of different policies, ties counting half for each. */
  public static WinMatrix ofRankings(Collection<Ranking> rankings) {
    WinMatrix matrix = new WinMatrix();
    TreeSet<String> policies = new TreeSet<>();
    rankings.forEach(ranking -> policies.addAll(ranking.policies()));
    policies.forEach(matrix::index);
    for (Ranking ranking : rankings) {
      List<String> by = ranking.policies();
      for (int i = 0; i < by.size(); i++) {
        for (int j = i + 1; j < by.size(); j++) {
          if (!by.get(i).equals(by.get(j))) {
            switch (Preference.ofRanks(ranking.ranks().get(i), ranking.ranks().get(j))) {
              case FIRST -> matrix.win(by.get(i), by.get(j));
              case SECOND -> matrix.win(by.get(j), by.get(i));
              case TIE -> matrix.tie(by.get(i), by.get(j));
            }
          }
        }
      }
    }
    return matrix;
  }

  public void win(String winner, String loser) {
    add(winner, loser, 1);
  }

  /** Half a win for each. */
  public void tie(String one, String other) {
    add(one, other, 0.5);
    add(other, one, 0.5);
  }

  /**
   * @param weight how many wins this counts as
   */
  public void add(String winner, String loser, double weight) {
    int i = index(winner);
    int j = index(loser);
    wins[i][j] += weight;
  }

  /** The models in the order in which they first came. */
  public List<String> names() {
    return List.copyOf(names);
  }

  /** [models][models]: how often the row's model beat the column's. */
  public double[][] wins() {
    int n = names.size();
    return Arrays.stream(wins, 0, n).map(row -> Arrays.copyOf(row, n)).toArray(double[][]::new);
  }

  private int index(String name) {
    Integer known = indices.get(name);
    if (known != null) {
      return known;
    }
    int index = names.size();
    names.add(name);
    indices.put(name, index);
    if (index == wins.length) {
      double[][] larger = new double[2 * index][2 * index];
      for (int i = 0; i < index; i++) {
        System.arraycopy(wins[i], 0, larger[i], 0, index);
      }
      wins = larger;
    }
    return index;
  }

  /**
   * Whether every model can be reached from every other one along wins. If not, some model (or
   * group) never lost or never won against the rest and no score is high or low enough for it.
   */
  static boolean isStronglyConnected(double[][] wins) {
    return wins.length > 0
        && reached(wins, true) == wins.length
        && reached(wins, false) == wins.length;
  }

  private static int reached(double[][] wins, boolean forwards) {
    boolean[] seen = new boolean[wins.length];
    Deque<Integer> open = new ArrayDeque<>(List.of(0));
    seen[0] = true;
    int count = 1;
    while (!open.isEmpty()) {
      int i = open.pop();
      for (int j = 0; j < wins.length; j++) {
        if (!seen[j] && (forwards ? wins[i][j] : wins[j][i]) > 0) {
          seen[j] = true;
          count++;
          open.push(j);
        }
      }
    }
    return count;
  }
}
