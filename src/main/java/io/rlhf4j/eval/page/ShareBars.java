package io.rlhf4j.eval.page;

import io.rlhf4j.eval.Rate;
import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.Staircase;
import io.rlhf4j.eval.StaircaseStep;
import io.rlhf4j.eval.Wording;
import io.rlhf4j.eval.chart.BarChart;
import io.rlhf4j.eval.chart.BarChart.Bar;
import io.rlhf4j.eval.chart.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One bar per model at the largest size, for shares measured by the staircase. */
final class ShareBars {
  private final List<StaircaseStep> steps;

  ShareBars(Report report) {
    Staircase staircase = new Staircase(report);
    steps = staircase.of(staircase.largest());
  }

  /** Which share, what it is called, and the wider share it is part of, if any. */
  record Measure(
      String caption,
      String note,
      Function<StaircaseStep, @Nullable Rate> value,
      @Nullable Function<StaircaseStep, @Nullable Rate> behind) {
    Measure(String caption, String note, Function<StaircaseStep, @Nullable Rate> value) {
      this(caption, note, value, null);
    }
  }

  /** A figure per measure that was taken of any model, all on one scale. */
  List<String> figures(List<Measure> measures) {
    double max = 0;
    for (Measure measure : measures) {
      for (StaircaseStep step : steps) {
        Rate rate = measure.value().apply(step);
        max = rate == null ? max : Math.max(max, rate.high());
        Rate wider = measure.behind() == null ? null : measure.behind().apply(step);
        max = wider == null ? max : Math.max(max, wider.rate());
      }
    }
    List<String> figures = new ArrayList<>();
    for (Measure measure : measures) {
      List<Bar> bars = new ArrayList<>();
      for (StaircaseStep step : steps) {
        Function<StaircaseStep, @Nullable Rate> wider = measure.behind();
        bars.add(bar(step, measure.value().apply(step), wider == null ? null : wider.apply(step)));
      }
      if (bars.stream().anyMatch(bar -> bar.value() != null)) {
        BarChart chart = new BarChart(measure.caption(), bars, max, Wording::percent);
        figures.add(Html.figure(measure.caption(), measure.note(), chart.draw()));
      }
    }
    return figures;
  }

  private static Bar bar(StaircaseStep step, @Nullable Rate rate, @Nullable Rate behind) {
    Tone tone = ModelTone.of(step.model());
    return rate == null
        ? Bar.of(step.model(), tone, null)
        : new Bar(
            step.model(),
            tone,
            rate.rate(),
            rate.low(),
            rate.high(),
            behind == null ? null : behind.rate());
  }
}
