package io.rlhf4j.label.report;

import io.rlhf4j.data.InputException;
import io.rlhf4j.stats.Agreement;
import io.rlhf4j.stats.AgreementReport;
import io.rlhf4j.stats.AgreementShare;
import io.rlhf4j.stats.FleissKappa;
import io.rlhf4j.stats.Interval;
import io.rlhf4j.stats.Labeled;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How far labelers agree. */
public final class AgreementTables {
  /** Disputed prompts shown. */
  public static final int MOST_DISPUTED = 20;

  private static final String SHARES = "Agreement of labelers";
  private static final List<String> SHARE_COLUMNS =
      List.of("Cases", "Agreement", "Low 95%", "High 95%");

  private AgreementTables() {}

  /** Empty with a reason while nothing was judged by two people. */
  public static Report of(List<Labeled> labels) {
    AgreementReport report;
    try {
      report = AgreementReport.of(labels);
    } catch (InputException e) {
      return Report.empty(SHARES, String.valueOf(e.getMessage()));
    }
    List<Table> tables = new ArrayList<>();
    tables.add(overall(report));
    tables.add(
        shares(
            "by-labeler", "By labeler, each with everybody else", "Labeler", report.byLabeler()));
    tables.add(shares("by-group", "Training and held-out labelers", "Group", report.byGroups()));
    tables.add(shares("by-use-case", "By use case", "Use case", report.byUseCase()));
    tables.add(kappas(report));
    tables.add(
        shares(
            "disputed",
            "Prompts of most disagreement",
            "Prompt",
            report.disputed().subList(0, Math.min(MOST_DISPUTED, report.disputed().size()))));
    if (!report.drift().isEmpty()) {
      tables.add(drift(report));
    }
    return new Report(SHARES, "", tables, pictures(report));
  }

  private static Table overall(AgreementReport report) {
    Agreement all = report.overall();
    Interval prompts = report.overPrompts();
    List<List<Object>> rows = new ArrayList<>();
    rows.add(List.of("Cases (a comparison and two labelers)", all.pairs()));
    rows.add(List.of("Agreement, ties a third answer", all.rate()));
    rows.add(List.of("Standard error, as the paper's +-", all.standardError()));
    rows.add(List.of("95% interval over prompts, low", prompts.low()));
    rows.add(List.of("95% interval over prompts, high", prompts.high()));
    rows.add(List.of("Agreement where neither said tie", all.rateWithoutTies()));
    rows.add(List.of("Krippendorff's alpha", report.alpha().alpha()));
    FleissKappa fleiss = report.fleiss();
    if (fleiss != null) {
      rows.add(
          List.of(
              "Fleiss' kappa of " + report.fleissComparisons() + " comparisons", fleiss.kappa()));
    }
    return new Table(
        "overall",
        "Agreement on comparisons",
        "A case is one comparison of two outputs and two labelers who judged it.",
        List.of("Figure", "Value"),
        rows);
  }

  private static Table shares(
      String name, String title, String first, List<AgreementShare> shares) {
    List<String> columns = new ArrayList<>(List.of(first));
    columns.addAll(SHARE_COLUMNS);
    List<List<Object>> rows = new ArrayList<>();
    for (AgreementShare share : shares) {
      Interval interval = share.interval();
      rows.add(List.of(share.name(), share.cases(), share.rate(), interval.low(), interval.high()));
    }
    return new Table(name, title, "", columns, rows);
  }

  private static Table kappas(AgreementReport report) {
    List<List<Object>> rows = new ArrayList<>();
    for (AgreementReport.Kappa kappa : report.kappas()) {
      rows.add(List.of(kappa.labeler1(), kappa.labeler2(), kappa.comparisons(), kappa.kappa()));
    }
    return new Table(
        "kappas",
        "Cohen's kappa of every two labelers",
        "",
        List.of("Labeler", "With", "Comparisons", "Kappa"),
        rows);
  }

  private static Table drift(AgreementReport report) {
    List<List<Object>> rows = new ArrayList<>();
    for (AgreementReport.Drift drift : report.drift()) {
      rows.add(
          List.of(
              drift.labeler(),
              drift.window(),
              drift.from().toString(),
              drift.share().cases(),
              drift.share().rate()));
    }
    return new Table(
        "drift",
        "Agreement over time",
        "Each labeler's work cut into stretches of equal length.",
        List.of("Labeler", "Stretch", "From", "Cases", "Agreement"),
        rows);
  }

  private static List<Picture> pictures(AgreementReport report) {
    List<Picture.Mark> marks = new ArrayList<>();
    for (AgreementShare share : report.byLabeler()) {
      Interval i = share.interval();
      marks.add(
          new Picture.Mark(share.name(), i.rate(), i.low(), i.high(), share.cases() + " cases"));
    }
    List<Picture> pictures = new ArrayList<>();
    pictures.add(
        Picture.intervals(
            "agreement-by-labeler",
            "Agreement of each labeler with everybody else",
            marks,
            0,
            1,
            report.overall().rate()));
    Map<String, List<Double>> lines = new LinkedHashMap<>();
    report
        .drift()
        .forEach(
            d -> lines.computeIfAbsent(d.labeler(), l -> new ArrayList<>()).add(d.share().rate()));
    if (!lines.isEmpty()) {
      pictures.add(
          Picture.lines(
              "drift",
              "Agreement of each labeler over time",
              lines.entrySet().stream()
                  .map(e -> new Picture.Line(e.getKey(), e.getValue()))
                  .toList()));
    }
    return pictures;
  }
}
