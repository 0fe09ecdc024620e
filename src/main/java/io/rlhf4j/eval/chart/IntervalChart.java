package io.rlhf4j.eval.chart;

import io.rlhf4j.eval.chart.Svg.Anchor;
import java.util.List;

/**
 * Horizontal dots with whiskers on an axis of percentages; a row may hold several.
 *
 * @param title for those who cannot see it
 * @param low start of the axis, a share
 * @param high end of the axis, a share
 * @param reference share at which a line is drawn
 * @param referenceLabel what the line means
 */
public record IntervalChart(
    String title,
    List<Row> rows,
    double low,
    double high,
    double reference,
    String referenceLabel) {
  public record Row(String label, List<Mark> marks) {}

  /**
   * @param label what this mark is, e.g. who judged
   * @param open drawn as a ring
   */
  public record Mark(
      String label, Tone tone, boolean open, double value, double low, double high) {}

  private static final double WIDTH = 340;
  private static final double LEFT = 112;
  private static final double RIGHT = 44;
  private static final double TOP = 20;
  private static final double PAD = 11;

  public String draw() {
    double height = TOP + 26;
    for (Row row : rows) {
      height += rowHeight(row);
    }
    Svg svg = new Svg("chart", WIDTH, height, title, describe());
    Scale x = new Scale(low, high, LEFT, WIDTH - RIGHT);
    double floor = height - 24;
    for (double tick : x.ticks(3)) {
      svg.line("grid", x.at(tick), TOP, x.at(tick), floor);
      svg.text("tick", x.at(tick), floor + 16, Anchor.MIDDLE, percent(tick));
    }
    svg.line("reference", x.at(reference), TOP - 4, x.at(reference), floor);
    svg.text("note", x.at(reference), TOP - 8, Anchor.MIDDLE, referenceLabel);
    double y = TOP;
    for (Row row : rows) {
      draw(svg, row, x, y);
      y += rowHeight(row);
    }
    return svg.end();
  }

  private static double rowHeight(Row row) {
    return 2 * PAD + Math.max(1, row.marks().size()) * 13;
  }

  private void draw(Svg svg, Row row, Scale x, double top) {
    double middle = top + rowHeight(row) / 2;
    svg.text("label", LEFT - 10, middle + 4, Anchor.END, row.label());
    if (row.marks().isEmpty()) {
      svg.text("note", LEFT + 8, middle + 4, Anchor.START, "–");
    }
    for (int i = 0; i < row.marks().size(); i++) {
      Mark mark = row.marks().get(i);
      double y = top + PAD + 13 * (i + 0.5);
      svg.group(mark.tone(), row.label() + ", " + say(mark));
      svg.line("whisker", at(x, mark.low()), y, at(x, mark.high()), y);
      svg.circle(mark.open() ? "dot open" : "dot", at(x, mark.value()), y, mark.open() ? 4 : 5);
      svg.endGroup();
      if (row.marks().size() == 1) {
        svg.text("value", WIDTH - RIGHT + 8, y + 4, Anchor.START, percent(mark.value()));
      }
    }
  }

  /** What lies off the axis is drawn at its end; the tip and the description say the number. */
  private double at(Scale x, double value) {
    return x.at(Math.min(high, Math.max(low, value)));
  }

  private String describe() {
    StringBuilder words = new StringBuilder();
    for (Row row : rows) {
      words.append(row.label()).append(':');
      row.marks().forEach(mark -> words.append(' ').append(say(mark)).append(';'));
      words.append(row.marks().isEmpty() ? " not measured. " : " ");
    }
    return words.toString().strip();
  }

  private static String say(Mark mark) {
    return (mark.label().isEmpty() ? "" : mark.label() + " ")
        + percent(mark.value())
        + " ("
        + percent(mark.low())
        + " to "
        + percent(mark.high())
        + ")";
  }

  private static String percent(double share) {
    return Math.round(share * 100) + "%";
  }
}
