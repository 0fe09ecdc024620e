package io.rlhf4j.eval.page;

import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.Staircase;
import io.rlhf4j.eval.StaircaseStep;
import io.rlhf4j.eval.Wording;
import io.rlhf4j.eval.chart.BarChart;
import io.rlhf4j.eval.chart.BarChart.Bar;
import io.rlhf4j.eval.page.ShareBars.Measure;
import java.util.ArrayList;
import java.util.List;

/** The alignment tax: what tuning costs on the tasks of pretraining. */
final class TaxSection {
  private TaxSection() {}

  static List<Part> parts(Report report) {
    List<String> figures =
        new ArrayList<>(
            new ShareBars(report)
                .figures(
                    List.of(
                        new Measure(
                            "Few-shot accuracy",
                            "more is better",
                            step -> step.taxAccuracy().fewShot()),
                        new Measure(
                            "Cloze accuracy",
                            "more is better",
                            step -> step.taxAccuracy().cloze()))));
    Staircase staircase = new Staircase(report);
    List<Bar> losses = new ArrayList<>();
    double max = 0;
    for (StaircaseStep step : staircase.of(staircase.largest())) {
      losses.add(Bar.of(step.model(), ModelTone.of(step.model()), step.webLoss()));
      max = step.webLoss() == null ? max : Math.max(max, step.webLoss());
    }
    if (losses.stream().anyMatch(bar -> bar.value() != null)) {
      BarChart chart =
          new BarChart("Loss on held-out web text", losses, max, v -> Wording.fixed(v, 2));
      figures.add(
          Html.figure("Loss on held-out web text", "nats per token; less is better", chart.draw()));
    }
    return Part.of(
        "tax",
        "The alignment tax",
        "Plain PPO may forget what pretraining taught; PPO-ptx mixes pretraining gradients in to"
            + " keep it.",
        Html.figures(figures));
  }
}
