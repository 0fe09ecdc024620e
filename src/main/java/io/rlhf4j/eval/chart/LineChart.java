package io.rlhf4j.eval.chart;

import io.rlhf4j.eval.chart.Svg.Anchor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lines over one pair of axes, small enough to stand beside others.
 *
 * @param title for those who cannot see it
 * @param xLabel unit of the horizontal axis
 * @param markers whether each point gets a dot (few points) or none (a training curve)
 * @param number how a value is written on the axes
 */
public record LineChart(
    String title, String xLabel, List<Line> lines, boolean markers, DoubleFunction<String> number) {
  /**
   * @param dashed tells two lines of one colour apart
   */
  public record Line(String label, Tone tone, boolean dashed, List<Point> points) {}

  /**
   * @param y null is a gap
   */
  public record Point(double x, @Nullable Double y) {}

  private static final double WIDTH = 340;
  private static final double HEIGHT = 196;
  private static final double LEFT = 42;
  private static final double FLOOR = HEIGHT - 34;

  /** A line has at most twice as many points: beyond, the eye sees none. */
  private static final int BUCKETS = 150;

  public String draw() {
    Svg svg = new Svg("chart", WIDTH, HEIGHT, title, describe());
    List<Point> seen = lines.stream().flatMap(line -> line.points().stream()).toList();
    double[] ys = ys(seen.stream());
    if (ys.length == 0) {
      svg.text("note", WIDTH / 2, HEIGHT / 2, Anchor.MIDDLE, "no finite values");
      return svg.end();
    }
    Scale y = Scale.covering(min(ys), max(ys), FLOOR, 8);
    double[] xs = seen.stream().mapToDouble(Point::x).toArray();
    double xMax = max(xs) > min(xs) ? max(xs) : min(xs) + 1;
    Scale x = new Scale(min(xs), xMax, LEFT, WIDTH - 12);
    for (double tick : y.ticks(5)) {
      svg.line("grid", LEFT, y.at(tick), WIDTH - 4, y.at(tick));
      svg.text("tick", LEFT - 6, y.at(tick) + 4, Anchor.END, number.apply(tick));
    }
    svg.line("axis", LEFT, FLOOR, WIDTH - 4, FLOOR);
    for (double tick : x.ticks(4)) {
      svg.text("tick", x.at(tick), FLOOR + 15, Anchor.MIDDLE, number.apply(tick));
    }
    svg.text("note", WIDTH - 4, HEIGHT - 4, Anchor.END, xLabel);
    for (Line line : lines) {
      draw(svg, line, x, y);
    }
    return svg.end();
  }

  private void draw(Svg svg, Line line, Scale x, Scale y) {
    svg.group(line.tone(), line.label());
    StringBuilder path = new StringBuilder();
    boolean down = false;
    for (Point point : thinned(line.points())) {
      Double value = point.y();
      if (value == null) {
        down = false;
        continue;
      }
      path.append(down ? 'L' : 'M')
          .append(Svg.number(x.at(point.x())))
          .append(' ')
          .append(Svg.number(y.at(value)));
      down = true;
    }
    svg.path(line.dashed() ? "line dashed" : "line", path);
    svg.endGroup();
    for (Point point : markers ? line.points() : List.<Point>of()) {
      Double value = point.y();
      if (value != null) {
        String place = number.apply(point.x()) + " " + xLabel + ", " + number.apply(value);
        svg.group(line.tone(), line.label() + ": " + place);
        svg.circle(line.dashed() ? "dot open" : "dot", x.at(point.x()), y.at(value), 3.5);
        svg.endGroup();
      }
    }
  }

  /** Lowest and highest of each bucket, in their order: every spike stays. */
  private static List<Point> thinned(List<Point> points) {
    if (points.size() <= 2 * BUCKETS) {
      return points;
    }
    List<Point> kept = new ArrayList<>();
    for (int b = 0; b < BUCKETS; b++) {
      int from = (int) ((long) points.size() * b / BUCKETS);
      int to = (int) ((long) points.size() * (b + 1) / BUCKETS);
      int lowest = from;
      int highest = from;
      for (int i = from; i < to; i++) {
        lowest = below(points.get(i), points.get(lowest)) ? i : lowest;
        highest = above(points.get(i), points.get(highest)) ? i : highest;
      }
      kept.add(points.get(Math.min(lowest, highest)));
      if (lowest != highest) {
        kept.add(points.get(Math.max(lowest, highest)));
      }
    }
    return kept;
  }

  private static boolean below(Point a, Point b) {
    Double left = a.y();
    Double right = b.y();
    return left != null && (right == null || left < right);
  }

  private static boolean above(Point a, Point b) {
    Double left = a.y();
    Double right = b.y();
    return left != null && (right == null || left > right);
  }

  private String describe() {
    StringBuilder words = new StringBuilder();
    for (Line line : lines) {
      double[] ys = ys(line.points().stream());
      words.append(line.label());
      if (ys.length == 0) {
        words.append(" has no finite values. ");
      } else {
        words
            .append(" goes from ")
            .append(number.apply(ys[0]))
            .append(" to ")
            .append(number.apply(ys[ys.length - 1]))
            .append(". ");
      }
    }
    return words.toString().strip();
  }

  private static double[] ys(Stream<Point> points) {
    return points.map(Point::y).filter(y -> y != null).mapToDouble(y -> y).toArray();
  }

  private static double min(double[] values) {
    return Arrays.stream(values).min().orElseThrow();
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }
}
