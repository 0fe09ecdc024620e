package io.rlhf4j.eval.chart;

import io.rlhf4j.eval.chart.Svg.Anchor;
import java.util.List;

/**
 * Predicted probability against observed share: on the diagonal, a prediction means what it says.
 *
 * @param title for those who cannot see it
 * @param bins in ascending order of prediction
 */
public record CalibrationChart(String title, List<Bin> bins) {
  /**
   * @param predicted 0..1
   * @param observed 0..1
   * @param count how many comparisons; sets the size of the dot
   */
  public record Bin(double predicted, double observed, long count) {}

  private static final double WIDTH = 340;
  private static final double HEIGHT = 240;
  private static final double LEFT = 42;
  private static final double FLOOR = HEIGHT - 38;

  public String draw() {
    Svg svg = new Svg("chart", WIDTH, HEIGHT, title, describe());
    Scale x = new Scale(0, 1, LEFT, WIDTH - 14);
    Scale y = new Scale(0, 1, FLOOR, 10);
    for (int percent = 0; percent <= 100; percent += 25) {
      double share = percent / 100.0;
      svg.line(percent == 0 ? "axis" : "grid", LEFT, y.at(share), WIDTH - 14, y.at(share));
      svg.text("tick", LEFT - 6, y.at(share) + 4, Anchor.END, percent + "%");
      svg.text("tick", x.at(share), FLOOR + 15, Anchor.MIDDLE, percent + "%");
    }
    svg.text("note", WIDTH - 14, HEIGHT - 6, Anchor.END, "predicted");
    svg.text("note", LEFT + 6, 20, Anchor.START, "observed");
    svg.line("reference", x.at(0), y.at(0), x.at(1), y.at(1));
    long most = bins.stream().mapToLong(Bin::count).max().orElse(1);
    StringBuilder path = new StringBuilder();
    for (Bin bin : bins) {
      path.append(path.isEmpty() ? 'M' : 'L')
          .append(Svg.number(x.at(bin.predicted())))
          .append(' ')
          .append(Svg.number(y.at(bin.observed())));
    }
    svg.group(Tone.BLUE, "calibration").path("line", path).endGroup();
    for (Bin bin : bins) {
      double radius = 2.5 + 4.5 * Math.sqrt(bin.count() / (double) Math.max(1, most));
      svg.group(Tone.BLUE, say(bin));
      svg.circle("dot", x.at(bin.predicted()), y.at(bin.observed()), radius);
      svg.endGroup();
    }
    return svg.end();
  }

  private String describe() {
    return String.join("; ", bins.stream().map(CalibrationChart::say).toList());
  }

  private static String say(Bin bin) {
    return "predicted "
        + Math.round(bin.predicted() * 100)
        + "%, observed "
        + Math.round(bin.observed() * 100)
        + "% in "
        + bin.count()
        + " comparisons";
  }
}
