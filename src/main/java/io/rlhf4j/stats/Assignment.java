package io.rlhf4j.stats;

import java.util.Arrays;

/** Matching rows to columns one to one so that the sum of scores is largest. */
final class Assignment {
  private Assignment() {}

  /**
   * The largest sum, by the Hungarian method with potentials, O(n^3).
   *
   * @param scores [n][n]
   */
  static double best(double[][] scores) {
    int n = scores.length;
    // Index 0 is a dummy row and column from which each search starts.
    double[] rowPotential = new double[n + 1];
    double[] columnPotential = new double[n + 1];
    int[] rowOf = new int[n + 1];
    for (int row = 1; row <= n; row++) {
      // Grow a tree of tight edges from this row until it reaches a free column.
      int[] from = new int[n + 1];
      double[] slack = new double[n + 1];
      boolean[] done = new boolean[n + 1];
      Arrays.fill(slack, Double.POSITIVE_INFINITY);
      rowOf[0] = row;
      int column = 0;
      while (rowOf[column] != 0) {
        done[column] = true;
        int here = rowOf[column];
        int next = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 1; c <= n; c++) {
          if (!done[c]) {
            double cost = -scores[here - 1][c - 1] - rowPotential[here] - columnPotential[c];
            if (cost < slack[c]) {
              slack[c] = cost;
              from[c] = column;
            }
            if (slack[c] < least) {
              least = slack[c];
              next = c;
            }
          }
        }
        for (int c = 0; c <= n; c++) {
          if (done[c]) {
            rowPotential[rowOf[c]] += least;
            columnPotential[c] -= least;
          } else {
            slack[c] -= least;
          }
        }
        column = next;
      }
      // Along the path back to the root every column takes the row before it.
      while (column != 0) {
        rowOf[column] = rowOf[from[column]];
        column = from[column];
      }
    }
    double sum = 0;
    for (int c = 1; c <= n; c++) {
      sum += scores[rowOf[c] - 1][c - 1];
    }
    return sum;
  }
}
