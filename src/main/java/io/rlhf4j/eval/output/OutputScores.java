package io.rlhf4j.eval.output;

import io.rlhf4j.data.InputException;
import io.rlhf4j.eval.figure.Difference;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.stats.Bootstrap;
import io.rlhf4j.stats.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Metrics over outputs with intervals. What is drawn again is the prompt, with all its outputs in
 * the cell: outputs of one prompt are not independent.
 */
public final class OutputScores {
  private final String task;
  private final List<OutputRow> rows;
  private final Bootstrap bootstrap;

  public OutputScores(String task, List<OutputRow> rows, Bootstrap bootstrap) {
    this.task = task;
    this.rows = List.copyOf(rows);
    this.bootstrap = bootstrap;
  }

  /** Every metric per model, size and prompt type, and over all sizes where there are several. */
  public List<Figure> figures(List<Metric> metrics) {
    List<Figure> figures = new ArrayList<>();
    for (Metric metric : metrics) {
      for (String model : models()) {
        Set<String> sizes = distinct(row -> row.model().equals(model), true);
        for (String size : sizes) {
          for (String type : types()) {
            add(figures, metric, model, size, type, row -> row.size().equals(size));
          }
        }
        for (String type : sizes.size() > 1 ? types() : List.<String>of()) {
          add(figures, metric, model, Figure.ALL_SIZES, type, row -> true);
        }
      }
    }
    return figures;
  }

  private void add(
      List<Figure> figures,
      Metric metric,
      String model,
      String size,
      String type,
      Predicate<OutputRow> sized) {
    Map<String, double[]> byPrompt = new LinkedHashMap<>();
    int outputs = 0;
    for (OutputRow row : rows) {
      if (row.model().equals(model) && row.promptType().equals(type) && sized.test(row)) {
        outputs += put(byPrompt, metric, row);
      }
    }
    if (byPrompt.isEmpty()) {
      return;
    }
    List<double[]> parts = List.copyOf(byPrompt.values());
    Interval interval =
        bootstrap.interval(parts.size(), drawn -> metric.value().applyAsDouble(sum(parts, drawn)));
    Double published =
        size.equals(Figure.ALL_SIZES)
            ? Published.overSizes(task, metric.name(), type, model)
            : Published.find(task, metric.name(), type, model, size);
    figures.add(
        new Figure(
            task,
            metric.name(),
            metric.judge(),
            model,
            size,
            type,
            parts.size(),
            outputs,
            interval.rate(),
            interval.low(),
            interval.high(),
            published));
  }

  /**
   * Every model against the baseline family's model of the same size, or its only one, over the
   * prompts that both answered.
   *
   * @param baseline a family; null takes the first of the file
   */
  public List<Difference> differences(List<Metric> metrics, @Nullable String baseline) {
    List<String> models = models();
    if (baseline != null && !models.contains(baseline)) {
      throw new InputException(
          "the baseline must be a model of the file, was '%s'; the models are %s"
              .formatted(baseline, models));
    }
    String against = baseline == null ? models.get(0) : baseline;
    List<Difference> differences = new ArrayList<>();
    for (Metric metric : metrics) {
      for (String model : models) {
        for (String size : distinct(row -> row.model().equals(model), true)) {
          for (String type : model.equals(against) ? Set.<String>of() : types()) {
            add(differences, metric, model, size, against, type);
          }
        }
      }
    }
    return differences;
  }

  private void add(
      List<Difference> differences,
      Metric metric,
      String model,
      String size,
      String baseline,
      String type) {
    Set<String> sizes = distinct(row -> row.model().equals(baseline), true);
    String partner = sizes.contains(size) || sizes.size() > 1 ? size : sizes.iterator().next();
    Map<String, double[]> own = new LinkedHashMap<>();
    Map<String, double[]> other = new LinkedHashMap<>();
    String name = "";
    String otherName = "";
    for (OutputRow row : rows) {
      if (!row.promptType().equals(type)) {
        continue;
      }
      if (row.model().equals(model) && row.size().equals(size)) {
        put(own, metric, row);
        name = row.name();
      } else if (row.model().equals(baseline) && row.size().equals(partner)) {
        put(other, metric, row);
        otherName = row.name();
      }
    }
    own.keySet().retainAll(other.keySet());
    if (own.isEmpty()) {
      return;
    }
    List<double[]> first = new ArrayList<>();
    List<double[]> second = new ArrayList<>();
    own.forEach(
        (prompt, parts) -> {
          first.add(parts);
          second.add(other.getOrDefault(prompt, new double[0]));
        });
    Interval interval =
        bootstrap.interval(
            first.size(),
            drawn ->
                metric.value().applyAsDouble(sum(first, drawn))
                    - metric.value().applyAsDouble(sum(second, drawn)));
    differences.add(
        new Difference(
            task,
            metric.name(),
            metric.judge(),
            type,
            name,
            otherName,
            first.size(),
            interval.rate(),
            interval.low(),
            interval.high()));
  }

  /** Adds the row's parts to its prompt's; how many outputs that are: 1 or 0. */
  private static int put(Map<String, double[]> byPrompt, Metric metric, OutputRow row) {
    double[] parts = metric.parts().apply(row);
    if (parts.length == 0) {
      return 0;
    }
    byPrompt.merge(
        row.prompt(),
        parts,
        (a, b) -> IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray());
    return 1;
  }

  private static double[] sum(List<double[]> parts, int[] drawn) {
    double[] sum = new double[parts.get(0).length];
    for (int i : drawn) {
      double[] one = parts.get(i);
      for (int p = 0; p < sum.length; p++) {
        sum[p] += one[p];
      }
    }
    return sum;
  }

  private List<String> models() {
    return List.copyOf(distinct(row -> true, false));
  }

  private Set<String> distinct(Predicate<OutputRow> which, boolean sizes) {
    Set<String> found = new LinkedHashSet<>();
    rows.stream().filter(which).forEach(row -> found.add(sizes ? row.size() : row.model()));
    return found;
  }

  private Set<String> types() {
    Set<String> types = new LinkedHashSet<>();
    rows.forEach(row -> types.add(row.promptType()));
    return types;
  }
}
