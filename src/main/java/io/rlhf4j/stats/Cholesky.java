package io.rlhf4j.stats;

/** A symmetric positive definite matrix A = L L', for solving and inverting small systems. */
final class Cholesky {
  private final double[][] lower;

  /**
   * @param matrix [n][n]; only the lower triangle is read
   */
  Cholesky(double[][] matrix) {
    int n = matrix.length;
    lower = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i][j];
        for (int k = 0; k < j; k++) {
          sum -= lower[i][k] * lower[j][k];
        }
        // What rounding leaves of an exact zero is no pivot either.
        if (i == j && !(sum > 1e-13 * matrix[i][i])) {
          throw new ArithmeticException("the matrix is not positive definite");
        }
        lower[i][j] = i == j ? Math.sqrt(sum) : sum / lower[j][j];
      }
    }
  }

  /** x with A x = b. */
  double[] solve(double[] b) {
    int n = lower.length;
    double[] x = b.clone();
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        x[i] -= lower[i][k] * x[k];
      }
      x[i] /= lower[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        x[i] -= lower[k][i] * x[k];
      }
      x[i] /= lower[i][i];
    }
    return x;
  }

  /** The diagonal of A's inverse: the variances, where A is an information matrix. */
  double[] inverseDiagonal() {
    int n = lower.length;
    double[] diagonal = new double[n];
    for (int i = 0; i < n; i++) {
      double[] unit = new double[n];
      unit[i] = 1;
      diagonal[i] = solve(unit)[i];
    }
    return diagonal;
  }
}
