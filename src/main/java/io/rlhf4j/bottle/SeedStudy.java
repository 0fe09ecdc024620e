package io.rlhf4j.bottle;

import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.ReportJson;
import io.rlhf4j.eval.StaircaseStep;
import io.rlhf4j.eval.StaircaseTable;
import io.rlhf4j.eval.Story;
import io.rlhf4j.eval.page.ReportHtml;
import io.rlhf4j.train.WhenRunExists;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The demo under one seed, or under several with a summary of how the order of models holds. */
public final class SeedStudy {
  private SeedStudy() {}

  /**
   * Runs the seeds one after the other; the first seed's report also carries the summary.
   *
   * @return what to print: the first seed's staircase and story, and the order under every seed
   */
  public static List<String> run(
      BottleConfig config, int seeds, Path output, WhenRunExists whenThere, String configText) {
    refuseOrEmpty(output, whenThere);
    List<Report> reports = new ArrayList<>();
    for (int i = 0; i < seeds; i++) {
      BottleConfig own = config.withSeed(config.seed() + i);
      Path folder = i == 0 ? output : output.resolve("seed-" + own.seed());
      // Within one demo the stages are always resumed: what is finished is not done again.
      reports.add(new Demo(own, folder, configText, WhenRunExists.RESUME).run());
    }
    List<String> lines = new ArrayList<>();
    Report first = reports.get(0);
    lines.add(StaircaseTable.of(first));
    lines.addAll(Story.sentences(first));
    if (seeds > 1) {
      List<Report.SeedResult> results = reports.stream().map(SeedStudy::result).toList();
      for (Report.SeedResult result : results) {
        lines.add("seed " + result.seed() + ": " + String.join(" < ", result.order()));
      }
      Report summary = first.withSeeds(results);
      ReportJson.write(summary, output.resolve("report.json"));
      ReportHtml.write(summary, output.resolve("report.html"));
    }
    return lines;
  }

  /** Models of the largest size from worst to best by gold win rate. */
  private static Report.SeedResult result(Report report) {
    String largest = report.staircase().get(report.staircase().size() - 1).size();
    List<String> order =
        report.staircase().stream()
            .filter(s -> s.size().equals(largest))
            .sorted(
                Comparator.comparingDouble(
                    s -> s.goldWinRateVsSft() == null ? 0 : s.goldWinRateVsSft().rate()))
            .map(StaircaseStep::model)
            .toList();
    List<Report.SeedStep> steps =
        report.staircase().stream()
            .map(s -> new Report.SeedStep(s.model(), s.size(), s.goldWinRateVsSft(), s.likert()))
            .toList();
    return new Report.SeedResult(report.run().seeds().get(0), order, steps);
  }

  private static void refuseOrEmpty(Path output, WhenRunExists whenThere) {
    Path mark = output.resolve("demo.txt");
    boolean there = Files.exists(mark);
    if (there && whenThere == WhenRunExists.REFUSE) {
      throw new InputException(
          output
              + " already holds a demo; give --resume to go on with it, --overwrite to start anew,"
              + " or another --output");
    }
    if (there && whenThere == WhenRunExists.OVERWRITE) {
      Folders.delete(output);
    }
    if (!there && Files.exists(output) && Folders.holdsFiles(output)) {
      throw new InputException(
          output + " is not empty and holds no demo; give another --output, or empty it");
    }
    AtomicFile.write(mark, "A run of rlhf4j demo.\n");
  }
}
