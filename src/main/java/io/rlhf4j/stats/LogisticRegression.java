package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.Arrays;
import java.util.List;

/**
 * P(y = 1) = sigmoid(x . coefficients), fitted by penalised maximum likelihood with Newton's
 * method.
 *
 * @param coefficients [features]
 * @param standardErrors [features] from the observed information, the penalty included
 */
public record LogisticRegression(List<Double> coefficients, List<Double> standardErrors) {
  private static final int MOST_STEPS = 100;

  /**
   * @param x [rows][features]; a column of ones makes an intercept
   * @param y [rows] in [0, 1]; one half is a tie
   * @param weights [rows] how often each row counts
   * @param ridge [features] half of this times the squared coefficient is taken from the
   *     log-likelihood
   */
  public static LogisticRegression fit(double[][] x, double[] y, double[] weights, double[] ridge) {
    if (x.length == 0 || x.length != y.length || x.length != weights.length) {
      throw new InputException(
          "logistic regression needs equally many rows, outcomes and weights, had %d, %d, %d"
              .formatted(x.length, y.length, weights.length));
    }
    int d = ridge.length;
    double[] b = new double[d];
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] gradient = new double[d];
      for (int f = 0; f < d; f++) {
        gradient[f] = -ridge[f] * b[f];
      }
      for (int i = 0; i < x.length; i++) {
        double error = weights[i] * (y[i] - sigmoid(dot(x[i], b)));
        for (int f = 0; f < d; f++) {
          gradient[f] += error * x[i][f];
        }
      }
      double[] move = information(x, b, weights, ridge).solve(gradient);
      double before = objective(x, y, weights, ridge, b);
      double size = 1;
      double[] next = moved(b, move, size);
      while (objective(x, y, weights, ridge, next) < before && size > 1e-8) {
        size /= 2;
        next = moved(b, move, size);
      }
      b = next;
      if (Arrays.stream(move).map(Math::abs).max().orElse(0) < 1e-12) {
        break;
      }
    }
    double[] variances = information(x, b, weights, ridge).inverseDiagonal();
    return new LogisticRegression(
        Arrays.stream(b).boxed().toList(),
        Arrays.stream(variances).map(Math::sqrt).boxed().toList());
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** log(sigmoid(x)) that stays finite for very negative x. */
  static double logSigmoid(double x) {
    return x >= 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x));
  }

  private static Cholesky information(double[][] x, double[] b, double[] weights, double[] ridge) {
    int d = b.length;
    double[][] sum = new double[d][d];
    for (int i = 0; i < x.length; i++) {
      double p = sigmoid(dot(x[i], b));
      for (int f = 0; f < d; f++) {
        for (int g = 0; g <= f; g++) {
          sum[f][g] += weights[i] * p * (1 - p) * x[i][f] * x[i][g];
        }
      }
    }
    for (int f = 0; f < d; f++) {
      sum[f][f] += ridge[f];
    }
    try {
      return new Cholesky(sum);
    } catch (ArithmeticException e) {
      throw new InputException(
          "logistic regression has no single answer: a feature is constant or follows from others;"
              + " give it a ridge above 0",
          e);
    }
  }

  private static double objective(
      double[][] x, double[] y, double[] weights, double[] ridge, double[] b) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      double z = dot(x[i], b);
      sum += weights[i] * (y[i] * logSigmoid(z) + (1 - y[i]) * logSigmoid(-z));
    }
    for (int f = 0; f < b.length; f++) {
      sum -= ridge[f] * b[f] * b[f] / 2;
    }
    return sum;
  }

  private static double dot(double[] x, double[] b) {
    double sum = 0;
    for (int f = 0; f < b.length; f++) {
      sum += x[f] * b[f];
    }
    return sum;
  }

  private static double[] moved(double[] b, double[] move, double size) {
    double[] next = new double[b.length];
    Arrays.setAll(next, f -> b[f] + size * move[f]);
    return next;
  }
}
