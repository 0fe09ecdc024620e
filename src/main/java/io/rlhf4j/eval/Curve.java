package io.rlhf4j.eval;

import io.rlhf4j.data.InputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of one training chart; curves with the same chart name are drawn together.
 *
 * @param chart what is drawn, e.g. "PPO: objective/kl"
 * @param series which line, e.g. "PPO-ptx small"
 * @param xLabel unit of x, e.g. "step", "tokens", "episodes"
 * @param x [N] ascending
 * @param y [N]; null is a gap in the line
 */
public record Curve(
    String chart, String series, String xLabel, List<Double> x, List<@Nullable Double> y) {
  public Curve {
    x = List.copyOf(x);
    y = Collections.unmodifiableList(new ArrayList<>(y));
    if (x.size() != y.size()) {
      throw new InputException(
          "curve '"
              + chart
              + "' / '"
              + series
              + "' needs as many y as x, had "
              + y.size()
              + " and "
              + x.size());
    }
  }

  /** From arrays; a y that is not finite (a rolled-back step) becomes a gap. */
  public static Curve of(String chart, String series, String xLabel, double[] x, double[] y) {
    List<Double> xs = new ArrayList<>();
    List<@Nullable Double> ys = new ArrayList<>();
    for (double value : x) {
      xs.add(value);
    }
    for (double value : y) {
      ys.add(Double.isFinite(value) ? (Double) value : null);
    }
    return new Curve(chart, series, xLabel, xs, ys);
  }
}
