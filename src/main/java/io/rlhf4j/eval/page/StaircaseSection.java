package io.rlhf4j.eval.page;

import io.rlhf4j.eval.Rate;
import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.Report.Contest;
import io.rlhf4j.eval.Staircase;
import io.rlhf4j.eval.StaircaseStep;
import io.rlhf4j.eval.Wording;
import io.rlhf4j.eval.chart.DotShape;
import io.rlhf4j.eval.chart.Markup;
import io.rlhf4j.eval.chart.StaircaseChart;
import io.rlhf4j.eval.chart.StaircaseChart.Column;
import io.rlhf4j.eval.chart.StaircaseChart.Dot;
import io.rlhf4j.eval.chart.Tone;
import java.util.ArrayList;
import java.util.List;

/** The paper's Figure 1 for this run, the contest of small and large, and the numbers below. */
final class StaircaseSection {
  private StaircaseSection() {}

  static List<Part> parts(Report report) {
    if (report.staircase().isEmpty()) {
      return List.of();
    }
    return Part.of(
        "staircase",
        "The staircase",
        "How often each model's answer is preferred to that of the SFT baseline, judged by the"
            + " gold scorer. A tie counts half; whiskers are 95% intervals.",
        chart(report) + contests(report) + table(report));
  }

  private static String chart(Report report) {
    Staircase staircase = new Staircase(report);
    List<Column> columns = new ArrayList<>();
    for (String model : staircase.models()) {
      List<Dot> dots = new ArrayList<>();
      for (String size : staircase.sizes()) {
        StaircaseStep step = staircase.find(model, size);
        Rate rate = step == null ? null : step.goldWinRateVsSft();
        if (rate != null) {
          dots.add(new Dot(size, shape(staircase, size), rate.rate(), rate.low(), rate.high()));
        }
      }
      columns.add(new Column(model, ModelTone.of(model), dots));
    }
    StaircaseChart chart =
        new StaircaseChart(
            "Win rate against the SFT baseline by model and size",
            columns,
            0.5,
            "as good as the SFT baseline");
    return "<figure class=\"hero\">\n"
        + legend(report)
        + chart.wide()
        + chart.narrow()
        + "</figure>\n";
  }

  private static String legend(Report report) {
    Staircase staircase = new Staircase(report);
    List<Html.Key> keys = new ArrayList<>();
    for (String size : staircase.sizes()) {
      long parameters =
          staircase.of(size).stream().mapToLong(StaircaseStep::parameters).max().orElse(0);
      String text = size + ", " + Wording.count(parameters) + " parameters";
      keys.add(new Html.Key(Tone.INK, shape(staircase, size), text));
    }
    return Html.legend(keys);
  }

  /**
   * A disc for the size that the page is about, rings below it, diamonds for larger base models.
   */
  private static DotShape shape(Staircase staircase, String size) {
    int beside =
        Integer.compare(
            staircase.sizes().indexOf(size), staircase.sizes().indexOf(staircase.largest()));
    return beside == 0 ? DotShape.DISC : beside < 0 ? DotShape.RING : DotShape.DIAMOND;
  }

  private static String contests(Report report) {
    StringBuilder out = new StringBuilder();
    for (Contest contest : report.headToHead()) {
      Rate rate = contest.winRate();
      String verdict =
          rate.above(0.5)
              ? "is preferred to"
              : rate.below(0.5) ? "is not preferred to" : "cannot be told apart from";
      String ratio = Wording.fixed(contest.parametersRatio(), 1);
      String words =
          "%s %s (%s) %s %s %s (%s), which has %s times its parameters."
              .formatted(
                  contest.size(),
                  contest.model(),
                  Wording.count(contest.parameters()),
                  verdict,
                  contest.opponentSize(),
                  contest.opponent(),
                  Wording.count(contest.opponentParameters()),
                  ratio);
      out.append("<aside class=\"callout ").append(ModelTone.of(contest.model()).css());
      out.append("\"><b>").append(Markup.escape(Wording.percent(rate))).append("</b><p>");
      out.append(Markup.escape(capital(words))).append(" <small>Interval ");
      out.append(Markup.escape(Wording.range(rate))).append(".</small></p></aside>\n");
    }
    return out.toString();
  }

  private static String table(Report report) {
    Table table =
        new Table(
                "The staircase in numbers",
                "Model",
                "Size",
                "Parameters",
                "Gold win rate",
                "Won : lost, ties aside",
                "By training labelers",
                "By held-out labelers",
                "Likert",
                "Follows the instruction",
                "Keeps constraints",
                "RM score",
                "Tokens per answer",
                "Ends by itself")
            .words(2);
    for (StaircaseStep step : report.staircase()) {
      table.row(
          ModelTone.of(step.model()),
          List.of(
              step.model(),
              step.size(),
              Wording.count(step.parameters()),
              Table.stacked(Wording.interval(step.goldWinRateVsSft())),
              Wording.odds(step.goldPairsVsSft()),
              Table.stacked(Wording.interval(step.trainingLabelersWinRate())),
              Table.stacked(Wording.interval(step.heldOutLabelersWinRate())),
              Table.stacked(Wording.interval(step.likert())),
              Wording.percent(step.instructionFollowed()),
              Wording.percent(step.constraintsKept()),
              Wording.fixed(step.rewardModelScore(), 2),
              Wording.fixed(step.meanLength(), 1),
              Wording.percent(step.finished())));
    }
    return table.html();
  }

  private static String capital(String text) {
    return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
