package io.rlhf4j.eval.chart;

import io.rlhf4j.eval.chart.Svg.Anchor;
import java.util.List;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Horizontal bars from zero, one per row, with whiskers where there is an interval and the number
 * at the end.
 *
 * @param title for those who cannot see it
 * @param max value of a full bar; charts side by side share it
 * @param number how a value is written
 */
public record BarChart(String title, List<Bar> bars, double max, DoubleFunction<String> number) {
  /**
   * @param value null is shown as a dash
   * @param low lower end of its interval, or null
   * @param high upper end, or null
   * @param behind a wider share of which the value is a part, drawn pale behind it, or null
   */
  public record Bar(
      String label,
      Tone tone,
      @Nullable Double value,
      @Nullable Double low,
      @Nullable Double high,
      @Nullable Double behind) {
    /** Without an interval. */
    public static Bar of(String label, Tone tone, @Nullable Double value) {
      return new Bar(label, tone, value, null, null, null);
    }
  }

  private static final double WIDTH = 340;
  private static final double ROW = 24;
  private static final double LEFT = 100;
  private static final double RIGHT = 52;

  public String draw() {
    StringBuilder words = new StringBuilder();
    for (Bar bar : bars) {
      words.append(say(bar)).append("; ");
    }
    Svg svg = new Svg("chart", WIDTH, bars.size() * ROW + 6, title, words.toString().strip());
    Scale x = new Scale(0, max > 0 ? max : 1, LEFT, WIDTH - RIGHT);
    svg.line("axis", LEFT, 0, LEFT, bars.size() * ROW + 6);
    for (int i = 0; i < bars.size(); i++) {
      row(svg, bars.get(i), x, 3 + i * ROW + ROW / 2);
    }
    return svg.end();
  }

  private void row(Svg svg, Bar bar, Scale x, double y) {
    svg.text("label", LEFT - 8, y + 4, Anchor.END, bar.label());
    Double value = bar.value();
    if (value == null) {
      svg.text("note", LEFT + 8, y + 4, Anchor.START, "–");
      return;
    }
    double end = x.at(Math.min(Math.max(value, 0), x.high()));
    double tip = end;
    svg.group(bar.tone(), say(bar));
    if (bar.behind() != null) {
      tip = x.at(Math.min(bar.behind(), x.high()));
      svg.rect("back", LEFT, y - 7, tip - LEFT, 14);
    }
    svg.rect("bar", LEFT, y - 7, end - LEFT, 14);
    if (bar.low() != null && bar.high() != null) {
      double whisker = x.at(Math.min(bar.high(), x.high()));
      svg.line("whisker over", x.at(Math.min(bar.low(), x.high())), y, whisker, y);
      tip = Math.max(tip, whisker);
    }
    svg.endGroup();
    svg.text("value", tip + 6, y + 4, Anchor.START, number.apply(value));
  }

  private String say(Bar bar) {
    if (bar.value() == null) {
      return bar.label() + " not measured";
    }
    String value = bar.label() + " " + number.apply(bar.value());
    if (bar.behind() != null) {
      value += " of " + number.apply(bar.behind());
    }
    return bar.low() == null || bar.high() == null
        ? value
        : value + " (" + number.apply(bar.low()) + " to " + number.apply(bar.high()) + ")";
  }
}
