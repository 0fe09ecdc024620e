package io.rlhf4j.eval.page;

import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.Report.ComputeTotal;
import io.rlhf4j.eval.Report.SeedResult;
import io.rlhf4j.eval.Report.SeedStep;
import io.rlhf4j.eval.Report.Stage;
import io.rlhf4j.eval.Wording;
import io.rlhf4j.eval.chart.Markup;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How the run was made: seeds, time and compute per stage, configuration, versions. */
final class RunSection {
  private RunSection() {}

  static List<Part> parts(Report report) {
    List<Part> parts = new ArrayList<>();
    parts.addAll(
        Part.of(
            "seeds",
            "Other seeds",
            "The whole run repeated: does the order hold?",
            seeds(report.seeds())));
    parts.addAll(
        Part.of(
            "compute",
            "Time and compute",
            "One petaflop/s-day is 8.64 × 10¹⁹ floating-point operations; the paper's 175B PPO-ptx"
                + " took 60 of them and GPT-3's pretraining 3,640.",
            stages(report)));
    parts.addAll(Part.of("making", "How it was made", "", making(report.run())));
    return parts;
  }

  static String footer(Report report) {
    List<String> versions =
        report.run().versions().stream().map(v -> v.name() + " " + v.version()).toList();
    return versions.isEmpty()
        ? ""
        : "<footer>" + Markup.escape(String.join(" · ", versions)) + "</footer>\n";
  }

  private static String seeds(List<SeedResult> seeds) {
    if (seeds.isEmpty()) {
      return "";
    }
    Set<String> names = new LinkedHashSet<>();
    seeds.forEach(seed -> seed.steps().forEach(step -> names.add(name(step))));
    List<String> head = new ArrayList<>(List.of("Seed", "Order by win rate"));
    head.addAll(names);
    Table table = new Table("Win rate against SFT by seed", head.toArray(String[]::new)).words(2);
    for (SeedResult seed : seeds) {
      List<String> cells = new ArrayList<>();
      cells.add(String.valueOf(seed.seed()));
      cells.add(String.join(" < ", seed.order()));
      for (String name : names) {
        cells.add(
            seed.steps().stream()
                .filter(step -> name(step).equals(name))
                .map(step -> Wording.percent(step.goldWinRateVsSft()))
                .findFirst()
                .orElse(Wording.DASH));
      }
      table.row(null, cells);
    }
    return table.html();
  }

  private static String name(SeedStep step) {
    return step.model() + ", " + step.size();
  }

  private static String stages(Report report) {
    Table table =
        new Table(
            "Stages",
            "Stage",
            "Parameters",
            "Time",
            "Tokens",
            "Tokens per second",
            "Petaflop/s-days",
            "At the end");
    for (Stage stage : report.stages()) {
      List<String> metrics =
          stage.finalMetrics().stream()
              .map(metric -> metric.name() + " " + Wording.metric(metric.value()))
              .toList();
      table.row(
          stage.name(),
          stage.parameters() == 0 ? Wording.DASH : Wording.count(stage.parameters()),
          Wording.duration(stage.wallSeconds()),
          Wording.count(stage.tokens()),
          Wording.count(stage.tokensPerSecond()),
          Wording.metric(stage.petaflopDays()),
          metrics.isEmpty() ? Wording.DASH : String.join(", ", metrics));
    }
    if (!report.stages().isEmpty()) {
      ComputeTotal total = report.computeTotal();
      table.row(
          "Total",
          "",
          Wording.duration(total.wallSeconds()),
          Wording.count(total.tokens()),
          "",
          Wording.metric(total.petaflopDays()),
          "");
    }
    return table.html();
  }

  private static String making(Report.Run run) {
    return "<dl class=\"facts\"><dt>Machine</dt><dd>%s</dd><dt>Started</dt><dd>%s</dd></dl>\n"
            .formatted(Markup.escape(run.machine()), Markup.escape(run.started()))
        + Html.details("Configuration", "<pre>" + Markup.escape(run.configuration()) + "</pre>\n");
  }
}
