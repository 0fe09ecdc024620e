package io.rlhf4j.eval.page;

import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.Report.Diversity;
import io.rlhf4j.eval.Wording;
import io.rlhf4j.eval.chart.BarChart;
import io.rlhf4j.eval.chart.BarChart.Bar;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Mode collapse: how alike a model's answers become when it is tuned. */
final class DiversitySection {
  private DiversitySection() {}

  static List<Part> parts(Report report) {
    List<Diversity> rows = report.diversity();
    List<String> figures = new ArrayList<>();
    DoubleFunction<String> nats = v -> Wording.fixed(v, 2);
    add(figures, rows, "Entropy", "nats per token", Diversity::entropy, nats);
    add(
        figures,
        rows,
        "Unique answers",
        "share of all answers",
        Diversity::uniqueAnswers,
        Wording::percent);
    add(figures, rows, "Self-BLEU", "more is more alike", Diversity::selfBleu, nats);
    Table table =
        new Table("Diversity in numbers", "Model", "Size", "Distinct-1", "Distinct-2", "Distinct-3")
            .words(2);
    for (Diversity row : rows) {
      table.row(
          ModelTone.of(row.model()),
          List.of(
              row.model(),
              row.size(),
              Wording.fixed(row.distinct1(), 2),
              Wording.fixed(row.distinct2(), 2),
              Wording.fixed(row.distinct3(), 2)));
    }
    return Part.of(
        "diversity",
        "Diversity",
        "The same prompt sampled many times. A tuned model usually gives up variety for quality.",
        Html.figures(figures) + table.html());
  }

  private static void add(
      List<String> figures,
      List<Diversity> rows,
      String caption,
      String note,
      Function<Diversity, @Nullable Double> measure,
      DoubleFunction<String> number) {
    boolean oneSize = rows.stream().map(Diversity::size).distinct().count() < 2;
    List<Bar> bars = new ArrayList<>();
    double max = 0;
    for (Diversity row : rows) {
      Double value = measure.apply(row);
      max = value == null ? max : Math.max(max, value);
      String label = oneSize ? row.model() : row.model() + ", " + row.size();
      bars.add(Bar.of(label, ModelTone.of(row.model()), value));
    }
    if (bars.stream().anyMatch(bar -> bar.value() != null)) {
      figures.add(Html.figure(caption, note, new BarChart(caption, bars, max, number).draw()));
    }
  }
}
