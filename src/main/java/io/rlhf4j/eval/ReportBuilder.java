package io.rlhf4j.eval;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the parts of a {@link Report} as a run produces them. */
public final class ReportBuilder {
  private final Report.Run run;
  private final List<StaircaseStep> staircase = new ArrayList<>();
  private final List<Report.Stage> stages = new ArrayList<>();
  private final List<Curve> curves = new ArrayList<>();
  private final List<Report.FrontierPoint> frontier = new ArrayList<>();
  private final List<Report.Diversity> diversity = new ArrayList<>();
  private final List<Report.Sample> samples = new ArrayList<>();
  private final List<Report.Contest> headToHead = new ArrayList<>();
  private final List<Report.SeedResult> seeds = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private @Nullable RewardModelResult rewardModel;
  private @Nullable LabelersResult labelers;

  ReportBuilder(Report.Run run) {
    this.run = run;
  }

  public ReportBuilder staircase(List<StaircaseStep> steps) {
    staircase.addAll(steps);
    return this;
  }

  public ReportBuilder stage(Report.Stage stage) {
    stages.add(stage);
    return this;
  }

  public ReportBuilder curve(Curve curve) {
    curves.add(curve);
    return this;
  }

  public ReportBuilder frontier(List<Report.FrontierPoint> points) {
    frontier.addAll(points);
    return this;
  }

  public ReportBuilder rewardModel(RewardModelResult result) {
    rewardModel = result;
    return this;
  }

  public ReportBuilder labelers(LabelersResult result) {
    labelers = result;
    return this;
  }

  public ReportBuilder diversity(List<Report.Diversity> rows) {
    diversity.addAll(rows);
    return this;
  }

  public ReportBuilder samples(List<Report.Sample> rows) {
    samples.addAll(rows);
    return this;
  }

  public ReportBuilder contest(Report.Contest contest) {
    headToHead.add(contest);
    return this;
  }

  public ReportBuilder seed(Report.SeedResult result) {
    seeds.add(result);
    return this;
  }

  /** A remark: one whole sentence. */
  public ReportBuilder note(String sentence) {
    notes.add(sentence);
    return this;
  }

  /** The report of everything given so far. */
  public Report build() {
    return new Report(
        Report.FORMAT,
        run,
        staircase,
        stages,
        Report.ComputeTotal.of(stages),
        curves,
        frontier,
        rewardModel,
        labelers,
        diversity,
        samples,
        headToHead,
        seeds,
        notes);
  }
}
