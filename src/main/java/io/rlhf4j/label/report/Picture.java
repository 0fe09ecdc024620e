package io.rlhf4j.label.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * A drawing in SVG that needs no script and takes its colours from the page it stands on, so that
 * it is right in light and dark.
 *
 * @param name for addresses and file names
 * @param title for those who cannot see it
 */
public record Picture(String name, String title, String svg) {
  private static final double WIDTH = 640;
  private static final double LEFT = 210;
  private static final double RIGHT = 70;
  private static final double ROW = 26;
  private static final double TOP = 14;

  /** A dot with whiskers. */
  public record Mark(String label, double value, double low, double high, String note) {}

  /** A line over the order of time. */
  public record Line(String label, List<Double> values) {
    public Line {
      values = List.copyOf(values);
    }
  }

  /** As a file of its own, which brings its colours along. */
  public String standalone() {
    int head = svg.indexOf("</title>") + "</title>".length();
    String style =
        "<style>svg{font:12px sans-serif;background:#fff}text{fill:#22252a}.tick{fill:#62666e}"
            + ".axis{stroke:#dddad3}.reference{stroke:#b9b5ab;stroke-dasharray:4 3}"
            + ".whisker{stroke:#2f5d62;stroke-width:2}.dot{fill:#2f5d62}"
            + "polyline{fill:none;stroke:#2f5d62;stroke-width:2}</style>";
    return svg.substring(0, head) + style + svg.substring(head);
  }

  /**
   * One row per mark.
   *
   * @param low start of the axis
   * @param high its end
   * @param reference where a dashed line stands; not-a-number for none
   */
  public static Picture intervals(
      String name, String title, List<Mark> marks, double low, double high, double reference) {
    double height = TOP + marks.size() * ROW + 30;
    StringBuilder svg = open(title, height);
    double floor = height - 26;
    for (int tick = 0; tick <= 4; tick++) {
      double value = low + (high - low) * tick / 4;
      double x = x(value, low, high);
      svg.append(line("axis", x, TOP, x, floor));
      svg.append(text("tick", x, floor + 17, "middle", number(value)));
    }
    if (!Double.isNaN(reference)) {
      double x = x(reference, low, high);
      svg.append(line("reference", x, TOP, x, floor));
    }
    for (int i = 0; i < marks.size(); i++) {
      Mark mark = marks.get(i);
      double y = TOP + (i + 0.5) * ROW;
      double from = x(Math.max(low, mark.low()), low, high);
      double to = x(Math.min(high, mark.high()), low, high);
      svg.append(text("label", LEFT - 12, y + 4, "end", shortened(mark.label())));
      svg.append(line("whisker", from, y, to, y));
      svg.append(
          "<circle class=\"dot\" cx=\"%s\" cy=\"%s\" r=\"4.5\"><title>%s</title></circle>"
              .formatted(
                  place(x(mark.value(), low, high)),
                  place(y),
                  escaped(
                      "%s: %s [%s, %s] %s"
                          .formatted(
                              mark.label(),
                              number(mark.value()),
                              number(mark.low()),
                              number(mark.high()),
                              mark.note()))));
      svg.append(text("value", WIDTH - RIGHT + 12, y + 4, "start", number(mark.value())));
    }
    return new Picture(name, title, svg.append("</svg>").toString());
  }

  /** Shares in [0, 1] over equal steps. */
  public static Picture lines(String name, String title, List<Line> lines) {
    double height = 220;
    StringBuilder svg = open(title, height);
    double floor = height - 26;
    int longest = lines.stream().mapToInt(l -> l.values().size()).max().orElse(1);
    for (int tick = 0; tick <= 4; tick++) {
      double y = floor - (floor - TOP) * tick / 4;
      svg.append(line("axis", 50, y, WIDTH - 150, y));
      svg.append(text("tick", 42, y + 4, "end", number(tick / 4.0)));
    }
    List<Double> taken = new ArrayList<>();
    for (int l = 0; l < lines.size(); l++) {
      Line one = lines.get(l);
      StringBuilder points = new StringBuilder();
      double y = floor;
      for (int i = 0; i < one.values().size(); i++) {
        double x = 50 + (WIDTH - 200) * (longest == 1 ? 0.5 : (double) i / (longest - 1));
        y = floor - (floor - TOP) * one.values().get(i);
        points.append(place(x)).append(',').append(place(y)).append(' ');
      }
      svg.append(
          "<polyline class=\"series series-%d\" points=\"%s\"/>"
              .formatted(l % 6, points.toString().strip()));
      double at = y + 4;
      while (taken.stream().anyMatch(near(at))) {
        at += 13; // names of lines that end together stand below one another
      }
      taken.add(at);
      svg.append(text("label series-" + l % 6, WIDTH - 142, at, "start", shortened(one.label())));
    }
    return new Picture(name, title, svg.append("</svg>").toString());
  }

  private static Predicate<Double> near(double at) {
    return other -> Math.abs(other - at) < 12;
  }

  private static StringBuilder open(String title, double height) {
    return new StringBuilder(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" role=\"img\" viewBox=\"0 0 %s %s\"><title>%s</title>"
            .formatted(place(WIDTH), place(height), escaped(title)));
  }

  private static double x(double value, double low, double high) {
    double share = (Math.min(high, Math.max(low, value)) - low) / (high - low);
    return LEFT + (WIDTH - LEFT - RIGHT) * share;
  }

  private static String line(String css, double x1, double y1, double x2, double y2) {
    return "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>"
        .formatted(css, place(x1), place(y1), place(x2), place(y2));
  }

  private static String text(String css, double x, double y, String anchor, String text) {
    return "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>"
        .formatted(css, place(x), place(y), anchor, escaped(text));
  }

  private static String place(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String shortened(String text) {
    return text.length() <= 28 ? text : text.substring(0, 27) + "…";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
