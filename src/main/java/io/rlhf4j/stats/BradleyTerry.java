package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.Arrays;
import java.util.List;

/**
 * Strengths of models from their comparisons: P(i beats j) = sigmoid(s_i - s_j), fitted by maximum
 * likelihood (Bradley and Terry 1952) with Newton's method.
 *
 * @param names [models]
 * @param scores [models] that sum to 0
 * @param standardErrors [models] of those scores
 * @param scoresFirstZero [models] the same strengths counted from the first model's
 * @param standardErrorsFirstZero [models] 0 for the first: its score is fixed, not estimated
 */
public record BradleyTerry(
    List<String> names,
    List<Double> scores,
    List<Double> standardErrors,
    List<Double> scoresFirstZero,
    List<Double> standardErrorsFirstZero,
    double logLikelihood) {
  private static final int MOST_STEPS = 100;
  private static final double ELO_PER_SCORE = 400 / Math.log(10);

  public BradleyTerry {
    names = List.copyOf(names);
    scores = List.copyOf(scores);
    standardErrors = List.copyOf(standardErrors);
    scoresFirstZero = List.copyOf(scoresFirstZero);
    standardErrorsFirstZero = List.copyOf(standardErrorsFirstZero);
  }

  /** Maximum likelihood; an error where it does not exist. */
  public static BradleyTerry fit(WinMatrix matrix) {
    return fit(matrix.names(), matrix.wins());
  }

  /**
   * As if each pair had also played {@code games} games with even result: always exists, and is
   * drawn towards equality a little.
   */
  public static BradleyTerry fitWithPrior(WinMatrix matrix, double games) {
    double[][] wins = matrix.wins();
    for (int i = 0; i < wins.length; i++) {
      for (int j = 0; j < wins.length; j++) {
        wins[i][j] += i == j ? 0 : games / 2;
      }
    }
    return fit(matrix.names(), wins);
  }

  /**
   * @param wins [models][models] how often the row's model beat the column's; the diagonal is not
   *     read
   */
  public static BradleyTerry fit(List<String> names, double[][] wins) {
    int n = names.size();
    if (n < 2 || wins.length != n || Arrays.stream(wins).anyMatch(row -> row.length != n)) {
      throw new InputException(
          "Bradley-Terry needs at least 2 models and a square win matrix of them, had " + n);
    }
    if (!WinMatrix.isStronglyConnected(wins)) {
      throw new InputException(
          "Bradley-Terry scores do not exist: some of "
              + names
              + " never lost, never won, or never met the others; compare more, leave them out,"
              + " or fit with a prior");
    }
    double[] s = new double[n];
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] move = newtonMove(wins, s);
      double before = logLikelihood(wins, s);
      double size = 1;
      double[] next = moved(s, move, size);
      // The likelihood is concave: a step that went too far is mended by halving it.
      while (logLikelihood(wins, next) < before && size > 1e-8) {
        size /= 2;
        next = moved(s, move, size);
      }
      s = next;
      if (Arrays.stream(move).map(Math::abs).max().orElse(0) < 1e-12) {
        break;
      }
    }
    return result(names, wins, s);
  }

  /** How likely the model at index i beats the one at index j. */
  public double probability(int i, int j) {
    return sigmoid(scores.get(i) - scores.get(j));
  }

  /** [models] on the scale where 400 points are odds of 10 to 1, the mean at 1000. */
  public List<Double> elo() {
    return scores.stream().map(score -> 1000 + ELO_PER_SCORE * score).toList();
  }

  private static BradleyTerry result(List<String> names, double[][] wins, double[] s) {
    int n = s.length;
    double mean = Interval.average(s);
    double[][] information = information(wins, s);
    // Scores are known up to a constant only, so the information is singular along (1, ..., 1).
    // Adding 1/n everywhere mends that, and 1/n comes off its inverse again: the pseudo-inverse.
    double[][] mended = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        mended[i][j] = information[i][j] + 1.0 / n;
      }
    }
    double[] sumZero = new Cholesky(mended).inverseDiagonal();
    double[] firstZero = new Cholesky(withoutFirst(information)).inverseDiagonal();
    Double[][] columns = new Double[4][n];
    for (int i = 0; i < n; i++) {
      columns[0][i] = s[i] - mean;
      columns[1][i] = Math.sqrt(sumZero[i] - 1.0 / n);
      columns[2][i] = s[i] - s[0];
      columns[3][i] = i == 0 ? 0 : Math.sqrt(firstZero[i - 1]);
    }
    return new BradleyTerry(
        names,
        List.of(columns[0]),
        List.of(columns[1]),
        List.of(columns[2]),
        List.of(columns[3]),
        logLikelihood(wins, s));
  }

  /** The step to the maximum of the parabola that fits here; the first score stays. */
  private static double[] newtonMove(double[][] wins, double[] s) {
    int n = s.length;
    double[] gradient = new double[n - 1];
    for (int i = 1; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (i != j) {
          double games = wins[i][j] + wins[j][i];
          gradient[i - 1] += wins[i][j] - games * sigmoid(s[i] - s[j]);
        }
      }
    }
    double[] free = new Cholesky(withoutFirst(information(wins, s))).solve(gradient);
    double[] move = new double[n];
    System.arraycopy(free, 0, move, 1, n - 1);
    return move;
  }

  /** Minus the second derivatives of the log-likelihood. */
  private static double[][] information(double[][] wins, double[] s) {
    int n = s.length;
    double[][] information = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (i != j) {
          double p = sigmoid(s[i] - s[j]);
          double weight = (wins[i][j] + wins[j][i]) * p * (1 - p);
          information[i][j] -= weight;
          information[i][i] += weight;
        }
      }
    }
    return information;
  }

  private static double[][] withoutFirst(double[][] matrix) {
    int n = matrix.length;
    return Arrays.stream(matrix, 1, n)
        .map(row -> Arrays.copyOfRange(row, 1, n))
        .toArray(double[][]::new);
  }

  private static double logLikelihood(double[][] wins, double[] s) {
    double sum = 0;
    for (int i = 0; i < s.length; i++) {
      for (int j = 0; j < s.length; j++) {
        if (i != j && wins[i][j] > 0) {
          sum += wins[i][j] * LogisticRegression.logSigmoid(s[i] - s[j]);
        }
      }
    }
    return sum;
  }

  private static double[] moved(double[] s, double[] move, double size) {
    double[] next = new double[s.length];
    Arrays.setAll(next, i -> s[i] + size * move[i]);
    return next;
  }

  private static double sigmoid(double x) {
    return LogisticRegression.sigmoid(x);
  }
}
