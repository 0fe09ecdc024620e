package io.rlhf4j.eval.page;

import io.rlhf4j.eval.LabelersResult;
import io.rlhf4j.eval.LabelersResult.Labeler;
import io.rlhf4j.eval.LabelersResult.RankingSize;
import io.rlhf4j.eval.Rate;
import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.Staircase;
import io.rlhf4j.eval.StaircaseStep;
import io.rlhf4j.eval.Wording;
import io.rlhf4j.eval.chart.BarChart;
import io.rlhf4j.eval.chart.BarChart.Bar;
import io.rlhf4j.eval.chart.DotShape;
import io.rlhf4j.eval.chart.IntervalChart;
import io.rlhf4j.eval.chart.IntervalChart.Mark;
import io.rlhf4j.eval.chart.IntervalChart.Row;
import io.rlhf4j.eval.chart.Tone;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who judged, how far they agree, and how their verdict compares with the gold scorer's. */
final class LabelersSection {
  private LabelersSection() {}

  static List<Part> parts(Report report) {
    LabelersResult result = report.labelers();
    List<String> figures = new ArrayList<>();
    String table = "";
    String lead = "";
    if (result != null) {
      figures.add(agreement(result));
      if (!result.rankingSizes().isEmpty()) {
        figures.add(sizes(result));
      }
      table = table(result);
      lead =
          Wording.exact(result.rankings())
              + " rankings gave "
              + Wording.exact(result.comparisons())
              + " comparisons"
              + (result.tiedPairs() == null
                  ? "."
                  : "; " + Wording.percent(result.tiedPairs()) + " of all pairs were ties.");
    }
    String judges = judges(report);
    if (!judges.isEmpty()) {
      figures.add(judges);
    }
    return Part.of("labelers", "The labelers", lead, Html.figures(figures) + table);
  }

  private static String agreement(LabelersResult result) {
    List<Row> rows =
        List.of(
            new Row("Training", mark("training", Tone.BLUE, false, result.trainingAgreement())),
            new Row("Held-out", mark("held-out", Tone.RED, false, result.heldOutAgreement())));
    IntervalChart chart =
        new IntervalChart("Agreement between labelers", rows, 0.4, 1, 0.5, "chance");
    return Html.figure("Two labelers agree", "paper: 72.6% and 77.3%", chart.draw());
  }

  private static String sizes(LabelersResult result) {
    List<Bar> bars = new ArrayList<>();
    long max = 0;
    for (RankingSize size : result.rankingSizes()) {
      bars.add(Bar.of("K = " + size.k(), Tone.BLUE, (double) size.rankings()));
      max = Math.max(max, size.rankings());
    }
    BarChart chart = new BarChart("Rankings by number of answers", bars, max, Wording::count);
    return Html.figure("Answers per ranking", "number of rankings", chart.draw());
  }

  private static String judges(Report report) {
    Staircase staircase = new Staircase(report);
    List<Row> rows = new ArrayList<>();
    boolean any = false;
    for (StaircaseStep step : staircase.of(staircase.largest())) {
      List<Mark> marks = new ArrayList<>();
      marks.addAll(mark("gold scorer", Tone.INK, false, step.goldWinRateVsSft()));
      marks.addAll(mark("training labelers", Tone.BLUE, false, step.trainingLabelersWinRate()));
      marks.addAll(mark("held-out labelers", Tone.RED, true, step.heldOutLabelersWinRate()));
      any |= step.trainingLabelersWinRate() != null || step.heldOutLabelersWinRate() != null;
      rows.add(new Row(step.model(), marks));
    }
    if (!any) {
      return "";
    }
    IntervalChart chart =
        new IntervalChart("Win rate against SFT by judge", rows, 0, 1, 0.5, "as good as SFT");
    String legend =
        Html.legend(
            List.of(
                new Html.Key(Tone.INK, DotShape.DISC, "gold scorer"),
                new Html.Key(Tone.BLUE, DotShape.DISC, "training labelers"),
                new Html.Key(Tone.RED, DotShape.RING, "held-out labelers")));
    return Html.figure("Win rate by judge", staircase.largest() + " models", legend + chart.draw());
  }

  private static List<Mark> mark(String label, Tone tone, boolean open, @Nullable Rate rate) {
    return rate == null
        ? List.of()
        : List.of(new Mark(label, tone, open, rate.rate(), rate.low(), rate.high()));
  }

  private static String table(LabelersResult result) {
    Table table =
        new Table(
                "Each labeler", "Labeler", "Group", "Rankings", "Agrees with others", "Mean rating")
            .words(2);
    for (Labeler labeler : result.labelers()) {
      table.row(
          labeler.id(),
          labeler.heldOut() ? "held-out" : "training",
          Wording.count(labeler.rankings()),
          Wording.interval(labeler.agreement()),
          Wording.fixed(labeler.meanLikert(), 2));
    }
    String html = table.html();
    return html.isEmpty() ? "" : Html.details("Each labeler", html);
  }
}
