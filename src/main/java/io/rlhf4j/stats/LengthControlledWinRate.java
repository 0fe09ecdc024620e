package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Ranking;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The win rate a model would have if its outputs were as long as the baseline's (after Dubois et
 * al. 2024, "Length-Controlled AlpacaEval"): the win probability is modelled as sigmoid(strength +
 * effect * tanh(length difference / its standard deviation)) and read at difference 0.
 *
 * @param controlled the win rate at equal length, with its 95% interval
 * @param raw the plain win rate, ties counting one half
 * @param lengthEffect above 0: longer outputs are preferred
 */
public record LengthControlledWinRate(Interval controlled, double raw, double lengthEffect) {
  /**
   * Keeps the effect finite when the longer output always wins; vanishes beside some dozens of
   * comparisons.
   */
  private static final double RIDGE = 0.1;

  /**
   * @param outcomes [n] 1 won, 0 lost, 1/2 tied
   * @param lengthDifferences [n] model's length minus the baseline's, in any unit
   */
  public static LengthControlledWinRate of(double[] outcomes, double[] lengthDifferences) {
    int n = outcomes.length;
    if (n == 0 || lengthDifferences.length != n) {
      throw new InputException(
          "a win rate needs equally many outcomes and lengths, at least 1, had %d and %d"
              .formatted(n, lengthDifferences.length));
    }
    double mean = Interval.average(lengthDifferences);
    double squares = 0;
    for (double difference : lengthDifferences) {
      squares += (difference - mean) * (difference - mean);
    }
    double deviation = Math.sqrt(squares / n);
    // Half a win and half a loss at equal length keep the strength finite when one side always won.
    double[][] x = new double[n + 1][2];
    double[] y = new double[n + 1];
    double[] weights = new double[n + 1];
    for (int i = 0; i < n; i++) {
      x[i][0] = 1;
      x[i][1] = deviation == 0 ? 0 : Math.tanh(lengthDifferences[i] / deviation);
      y[i] = outcomes[i];
      weights[i] = 1;
    }
    x[n][0] = 1;
    y[n] = 0.5;
    weights[n] = 1;
    LogisticRegression fit = LogisticRegression.fit(x, y, weights, new double[] {0, RIDGE});
    double strength = fit.coefficients().get(0);
    double reach = Quantile.normalReach(Interval.CONFIDENCE) * fit.standardErrors().get(0);
    return new LengthControlledWinRate(
        new Interval(
            LogisticRegression.sigmoid(strength),
            LogisticRegression.sigmoid(strength - reach),
            LogisticRegression.sigmoid(strength + reach)),
        Interval.average(outcomes),
        fit.coefficients().get(1));
  }

  /** Over all rankings that hold outputs of both; lengths in characters. */
  public static LengthControlledWinRate ofRankings(
      Collection<Ranking> rankings, String model, String baseline) {
    List<double[]> rows = new ArrayList<>();
    for (Ranking ranking : rankings) {
      List<String> by = ranking.policies();
      for (int i = 0; i < by.size(); i++) {
        for (int j = 0; j < by.size(); j++) {
          if (i != j && by.get(i).equals(model) && by.get(j).equals(baseline)) {
            double outcome =
                switch (Preference.ofRanks(ranking.ranks().get(i), ranking.ranks().get(j))) {
                  case FIRST -> 1;
                  case SECOND -> 0;
                  case TIE -> 0.5;
                };
            rows.add(
                new double[] {
                  outcome,
                  length(ranking.completions().get(i)) - length(ranking.completions().get(j))
                });
          }
        }
      }
    }
    return of(
        rows.stream().mapToDouble(row -> row[0]).toArray(),
        rows.stream().mapToDouble(row -> row[1]).toArray());
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
