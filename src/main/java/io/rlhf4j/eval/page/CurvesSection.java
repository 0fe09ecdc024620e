package io.rlhf4j.eval.page;

import io.rlhf4j.eval.Curve;
import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.Report.FrontierPoint;
import io.rlhf4j.eval.Wording;
import io.rlhf4j.eval.chart.DotShape;
import io.rlhf4j.eval.chart.LineChart;
import io.rlhf4j.eval.chart.LineChart.Line;
import io.rlhf4j.eval.chart.LineChart.Point;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Training as it went: KL against reward, and every curve as a small multiple. */
final class CurvesSection {
  private CurvesSection() {}

  static List<Part> parts(Report report) {
    List<Part> parts = new ArrayList<>();
    parts.addAll(
        Part.of(
            "frontier",
            "Reward against KL",
            "How far the policy moved from its start, and what it gained. Where the reward model's"
                + " score still rises while the gold score falls, the policy is exploiting the"
                + " reward model.",
            Html.figures(frontier(report.frontier()))));
    parts.addAll(Part.of("curves", "Training curves", "", Html.figures(curves(report.curves()))));
    return parts;
  }

  private static List<String> frontier(List<FrontierPoint> points) {
    if (points.isEmpty()) {
      return List.of();
    }
    List<String> figures = new ArrayList<>();
    figures.add(
        frontier(
            "Reward-model score", "what it was trained on", points, p -> p.rewardModelScore()));
    if (points.stream().anyMatch(p -> p.goldScore() != null)) {
      figures.add(
          frontier("Gold score", "what was meant, 1 to 7", points, FrontierPoint::goldScore));
      figures.add(hacking(points));
    }
    return figures;
  }

  private static String frontier(
      String caption,
      String note,
      List<FrontierPoint> points,
      Function<FrontierPoint, @Nullable Double> score) {
    List<Line> lines = lines(points, FrontierPoint::kl, score);
    return figure(caption, note, "KL, nats per answer", lines, true);
  }

  private static String hacking(List<FrontierPoint> points) {
    List<Line> lines = lines(points, FrontierPoint::rewardModelScore, FrontierPoint::goldScore);
    String note = "gold score over reward-model score";
    return figure("Gold against reward", note, "reward-model score", lines, true);
  }

  /** One line per model and size, in the order of training. */
  private static List<Line> lines(
      List<FrontierPoint> points,
      ToDoubleFunction<FrontierPoint> x,
      Function<FrontierPoint, @Nullable Double> y) {
    List<String> sizes = points.stream().map(FrontierPoint::size).distinct().toList();
    Set<String> names = new LinkedHashSet<>();
    points.forEach(point -> names.add(name(point)));
    List<Line> lines = new ArrayList<>();
    for (String name : names) {
      List<FrontierPoint> own = points.stream().filter(p -> name(p).equals(name)).toList();
      List<Point> places =
          own.stream().map(p -> new Point(x.applyAsDouble(p), y.apply(p))).toList();
      // The first size, the smallest, is dashed where there are several.
      boolean dashed = sizes.size() > 1 && own.get(0).size().equals(sizes.get(0));
      lines.add(new Line(name, ModelTone.ofSeries(name, lines.size()), dashed, places));
    }
    return lines;
  }

  private static String name(FrontierPoint point) {
    return (point.model() + " " + point.size()).strip();
  }

  private static List<String> curves(List<Curve> curves) {
    Set<String> charts = new LinkedHashSet<>();
    curves.forEach(curve -> charts.add(curve.chart()));
    List<String> figures = new ArrayList<>();
    for (String chart : charts) {
      List<Line> lines = new ArrayList<>();
      String xLabel = "";
      for (Curve curve : curves) {
        if (curve.chart().equals(chart)) {
          xLabel = curve.xLabel();
          lines.add(line(curve, lines.size()));
        }
      }
      figures.add(figure(chart, "", xLabel, lines, false));
    }
    return figures;
  }

  private static Line line(Curve curve, int n) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < curve.x().size(); i++) {
      points.add(new Point(curve.x().get(i), curve.y().get(i)));
    }
    boolean dashed = curve.series().equals("small") || curve.series().endsWith(" small");
    return new Line(curve.series(), ModelTone.ofSeries(curve.series(), n), dashed, points);
  }

  private static String figure(
      String caption, String note, String xLabel, List<Line> lines, boolean markers) {
    LineChart chart = new LineChart(caption, xLabel, lines, markers, Wording::count);
    List<Html.Key> keys =
        lines.stream()
            .map(
                line ->
                    new Html.Key(
                        line.tone(), line.dashed() ? DotShape.RING : DotShape.DISC, line.label()))
            .toList();
    return Html.figure(caption, note, Html.legend(keys) + chart.draw());
  }
}
