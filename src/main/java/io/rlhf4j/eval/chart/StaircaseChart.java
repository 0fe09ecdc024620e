package io.rlhf4j.eval.chart;

import io.rlhf4j.eval.chart.Svg.Anchor;
import java.util.List;
import java.util.Locale;

/**
 * One column per model from left to right, in each one dot per size with its interval; behind the
 * dots a step as high as the disc (or, without one, the largest size), so that a staircase can be
 * seen to be one.
 *
 * @param title for those who cannot see it
 * @param columns at least one
 * @param reference share at which a line is drawn, e.g. 0.5
 * @param referenceLabel what the line means
 */
public record StaircaseChart(
    String title, List<Column> columns, double reference, String referenceLabel) {
  /**
   * @param dots by ascending size
   */
  public record Column(String label, Tone tone, List<Dot> dots) {
    private Dot main() {
      return dots.stream()
          .filter(dot -> dot.shape() == DotShape.DISC)
          .findFirst()
          .orElseGet(() -> dots.get(dots.size() - 1));
    }
  }

  /**
   * @param label of the size
   * @param shape the same for a size in all columns; the disc is the size that the chart is about
   * @param value 0..1, between low and high
   */
  public record Dot(String label, DotShape shape, double value, double low, double high) {}

  private static final double TOP = 26;
  private static final double LEFT = 40;

  /** For a full-width figure. */
  public String wide() {
    return draw("chart wide", 1040, 400, 44);
  }

  /** For a phone. */
  public String narrow() {
    return draw("chart narrow", 340, 330, 44);
  }

  private String draw(String css, double width, double height, double bottom) {
    Svg svg = new Svg(css, width, height, title, describe());
    double floor = height - bottom;
    Scale y = new Scale(0, 1, floor, TOP);
    for (int percent = 0; percent <= 100; percent += 25) {
      double at = y.at(percent / 100.0);
      svg.line(percent == 0 ? "axis" : "grid", LEFT, at, width, at);
      svg.text("tick", LEFT - 8, at + 4, Anchor.END, percent + "%");
    }
    double columnWidth = (width - LEFT) / columns.size();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      double left = LEFT + i * columnWidth;
      drawStep(svg, column, y, left, columnWidth);
    }
    double at = y.at(reference);
    svg.line("reference", LEFT, at, width, at);
    nameReference(svg, at, columnWidth);
    for (int i = 0; i < columns.size(); i++) {
      double left = LEFT + i * columnWidth;
      drawDots(svg, columns.get(i), y, left, columnWidth);
      label(svg, columns.get(i).label(), left + columnWidth / 2, floor + 18, columnWidth);
    }
    return svg.end();
  }

  /** Over the first two columns, where the steps are low; in two lines where they are narrow. */
  private void nameReference(Svg svg, double y, double columnWidth) {
    int middle = referenceLabel.indexOf(' ', referenceLabel.length() / 2 - 4);
    if (referenceLabel.length() * 6 <= 2 * columnWidth || middle < 0) {
      svg.text("note halo", LEFT + 6, y - 6, Anchor.START, referenceLabel);
    } else {
      svg.text("note halo", LEFT + 4, y - 19, Anchor.START, referenceLabel.substring(0, middle));
      svg.text("note halo", LEFT + 4, y - 6, Anchor.START, referenceLabel.substring(middle + 1));
    }
  }

  private static void drawStep(Svg svg, Column column, Scale y, double left, double width) {
    if (column.dots().isEmpty()) {
      return;
    }
    double top = y.at(column.main().value());
    svg.group(column.tone(), column.label());
    svg.rect("step", left + width * 0.03, top, width * 0.94, y.at(0) - top);
    svg.endGroup();
  }

  private static void drawDots(Svg svg, Column column, Scale y, double left, double width) {
    int n = column.dots().size();
    if (n == 0) {
      svg.text("note", left + width / 2, y.at(0) - 8, Anchor.MIDDLE, "–");
    }
    double spread = Math.min(width / Math.max(n, 1) * 0.96, 64);
    for (int i = 0; i < n; i++) {
      Dot dot = column.dots().get(i);
      boolean main = dot == column.main();
      double x = left + width / 2 + (i - (n - 1) / 2.0) * spread;
      double high = y.at(dot.high());
      double low = y.at(dot.low());
      svg.group(column.tone(), column.label() + ", " + say(dot));
      svg.line("whisker", x, high, x, low);
      svg.line("whisker", x - 4, high, x + 4, high);
      svg.line("whisker", x - 4, low, x + 4, low);
      mark(svg, dot.shape(), x, y.at(dot.value()));
      svg.endGroup();
      String value = Math.round(dot.value() * 100) + "%";
      svg.text(main ? "value halo" : "note halo", x, high - 7, Anchor.MIDDLE, value);
    }
  }

  private static void mark(Svg svg, DotShape shape, double x, double y) {
    switch (shape) {
      case DISC -> svg.circle("dot", x, y, 6.5);
      case RING -> svg.circle("dot open", x, y, 5);
      case DIAMOND ->
          svg.path(
              "dot open",
              String.format(Locale.ROOT, "M%.1f %.1fl6.5 6.5l-6.5 6.5l-6.5 -6.5z", x, y - 6.5));
    }
  }

  /** Breaks a long name after its hyphen rather than letting it run into its neighbour. */
  private static void label(Svg svg, String label, double x, double y, double width) {
    int hyphen = label.indexOf('-');
    if (label.length() * 7.2 <= width || hyphen < 0) {
      svg.text("label", x, y, Anchor.MIDDLE, label);
    } else {
      svg.text("label", x, y, Anchor.MIDDLE, label.substring(0, hyphen + 1));
      svg.text("label", x, y + 15, Anchor.MIDDLE, label.substring(hyphen + 1));
    }
  }

  private String describe() {
    StringBuilder words = new StringBuilder();
    for (Column column : columns) {
      words.append(column.label()).append(':');
      column.dots().forEach(dot -> words.append(' ').append(say(dot)).append(';'));
      words.append(column.dots().isEmpty() ? " not measured. " : " ");
    }
    return words.toString().strip();
  }

  private static String say(Dot dot) {
    return dot.label()
        + " "
        + Math.round(dot.value() * 100)
        + "% ("
        + Math.round(dot.low() * 100)
        + " to "
        + Math.round(dot.high() * 100)
        + "%)";
  }
}
