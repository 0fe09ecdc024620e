package io.rlhf4j.eval.page;

import io.rlhf4j.eval.Rate;
import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.RewardModelResult;
import io.rlhf4j.eval.Wording;
import io.rlhf4j.eval.chart.CalibrationChart;
import io.rlhf4j.eval.chart.CalibrationChart.Bin;
import io.rlhf4j.eval.chart.IntervalChart;
import io.rlhf4j.eval.chart.IntervalChart.Mark;
import io.rlhf4j.eval.chart.IntervalChart.Row;
import io.rlhf4j.eval.chart.Tone;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How well the reward model predicts people, and whether its probabilities mean what they say. */
final class RewardSection {
  private RewardSection() {}

  static List<Part> parts(Report report) {
    RewardModelResult result = report.rewardModel();
    if (result == null) {
      return List.of();
    }
    List<Row> rows =
        List.of(
            row("Length alone", Tone.GREY, result.lengthBaseline()),
            row("Training labelers", Tone.BLUE, result.trainingLabelers()),
            row("Held-out labelers", Tone.RED, result.heldOutLabelers()),
            row("Labelers agree", Tone.SLATE, result.labelersAgreement()));
    List<String> figures = new ArrayList<>();
    String note = Wording.exact(result.comparisons()) + " held-out comparisons";
    IntervalChart accuracy =
        new IntervalChart("Accuracy of the reward model", rows, 0.4, 1.0, 0.5, "chance");
    figures.add(Html.figure("Choices predicted", note, accuracy.draw()));
    if (!result.calibration().isEmpty()) {
      CalibrationChart chart =
          new CalibrationChart(
              "Calibration of the reward model",
              result.calibration().stream()
                  .map(bin -> new Bin(bin.predicted(), bin.observed(), bin.count()))
                  .toList());
      figures.add(
          Html.figure("Calibration", "on the dashed line, probabilities are true", chart.draw()));
    }
    return Part.of(
        "reward",
        "The reward model",
        "Of two answers, which one will a labeler prefer? Length alone is the simplest guess; how"
            + " often two labelers agree is the ceiling. The model has "
            + Wording.count(result.parameters())
            + " parameters.",
        Html.figures(figures));
  }

  private static Row row(String label, Tone tone, @Nullable Rate rate) {
    return rate == null
        ? new Row(label, List.of())
        : new Row(label, List.of(new Mark("", tone, false, rate.rate(), rate.low(), rate.high())));
  }
}
