package io.rlhf4j.eval.page;

import io.rlhf4j.eval.Wording;
import io.rlhf4j.eval.chart.BarChart;
import io.rlhf4j.eval.chart.BarChart.Bar;
import io.rlhf4j.eval.chart.DotShape;
import io.rlhf4j.eval.chart.IntervalChart;
import io.rlhf4j.eval.chart.LineChart;
import io.rlhf4j.eval.chart.Tone;
import io.rlhf4j.eval.figure.Figure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The charts of one metric, one per prompt type, all on one scale. */
final class MetricCharts {
  private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)([kmb])");

  private MetricCharts() {}

  /**
   * @param group one metric's figures
   * @param all the set's, in which a wider metric may be found: "true" behind "true + informative"
   */
  static List<String> of(List<Figure> group, List<Figure> all) {
    Set<String> types = new LinkedHashSet<>();
    group.forEach(figure -> types.add(figure.promptType()));
    List<String> charts = new ArrayList<>();
    for (String type : types) {
      List<Figure> shown =
          group.stream()
              .filter(f -> f.promptType().equals(type) && !f.size().equals(Figure.ALL_SIZES))
              .toList();
      if (!shown.isEmpty()) {
        String caption = type.isEmpty() ? group.get(0).metric() : type;
        charts.add(
            group.get(0).metric().contains("win rate")
                ? intervals(caption, shown)
                : bars(caption, shown, group, all));
        if (group.get(0).metric().contains("win rate")) {
          overSize(caption, shown).ifPresent(charts::add);
        }
      }
    }
    return charts;
  }

  private static String bars(
      String caption, List<Figure> shown, List<Figure> group, List<Figure> all) {
    double max = group.stream().mapToDouble(Figure::high).max().orElse(1);
    boolean behind = false;
    List<Bar> bars = new ArrayList<>();
    for (Figure f : shown) {
      Figure wider = wider(f, all);
      behind |= wider != null;
      max = wider == null ? max : Math.max(max, wider.value());
      bars.add(
          new Bar(
              f.name(),
              tone(f.model()),
              f.value(),
              f.low(),
              f.high(),
              wider == null ? null : wider.value()));
    }
    BarChart chart = new BarChart(caption, bars, max, v -> Wording.fixed(v, v < 10 ? 3 : 1));
    return Html.figure(caption, behind ? "pale: true" : "", chart.draw());
  }

  private static String intervals(String caption, List<Figure> shown) {
    List<IntervalChart.Row> rows =
        shown.stream()
            .map(
                f ->
                    new IntervalChart.Row(
                        f.name(),
                        List.of(
                            new IntervalChart.Mark(
                                "", tone(f.model()), false, f.value(), f.low(), f.high()))))
            .toList();
    return Html.figure(caption, "", new IntervalChart(caption, rows, 0, 1, 0.5, "even").draw());
  }

  /** The paper's Figure 1: one line per model over its sizes; absent when none has two. */
  private static Optional<String> overSize(String caption, List<Figure> shown) {
    Map<String, List<LineChart.Point>> points = new LinkedHashMap<>();
    shown.stream()
        .filter(f -> parameters(f.size()) > 0)
        .sorted(Comparator.comparingDouble(f -> parameters(f.size())))
        .forEach(
            f ->
                points
                    .computeIfAbsent(f.model(), m -> new ArrayList<>())
                    .add(new LineChart.Point(Math.log10(parameters(f.size())), f.value())));
    if (points.values().stream().allMatch(line -> line.size() < 2)) {
      return Optional.empty();
    }
    List<LineChart.Line> lines = new ArrayList<>();
    List<Html.Key> keys = new ArrayList<>();
    points.forEach(
        (model, line) -> {
          lines.add(new LineChart.Line(model, tone(model), false, line));
          keys.add(new Html.Key(tone(model), DotShape.DISC, model));
        });
    String title = caption + ", by size";
    LineChart chart =
        new LineChart(title, "log10 of the parameters", lines, true, v -> Wording.fixed(v, 2));
    return Optional.of(Html.figure(title, "", Html.legend(keys) + chart.draw()));
  }

  /** "1.3b" is 1.3e9; 0 for a name that is no number. */
  static double parameters(String size) {
    Matcher number = SIZE.matcher(size.toLowerCase(Locale.ROOT));
    if (!number.matches()) {
      return 0;
    }
    double unit =
        switch (number.group(2)) {
          case "k" -> 1e3;
          case "m" -> 1e6;
          default -> 1e9;
        };
    return Double.parseDouble(number.group(1)) * unit;
  }

  private static @Nullable Figure wider(Figure f, List<Figure> all) {
    for (Figure other : all) {
      if (f.metric().equals("true + informative")
          && other.metric().equals("true")
          && f.judge().startsWith(other.judge())
          && other.name().equals(f.name())
          && other.promptType().equals(f.promptType())) {
        return other;
      }
    }
    return null;
  }

  /** The paper's models have their colours under the names of its released samples too. */
  static Tone tone(String model) {
    return ModelTone.of(
        switch (model.toLowerCase(Locale.ROOT)) {
          case "gpt" -> "GPT";
          case "gpt-prompted" -> "GPT-prompted";
          case "sft" -> "SFT";
          case "ppo", "ppo-noptx" -> "PPO";
          case "ppo-ptx" -> "PPO-ptx";
          case "dpo" -> "DPO";
          default -> model;
        });
  }
}
