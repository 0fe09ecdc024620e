package io.rlhf4j.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a whole run: plain numbers and samples. {@link ReportJson} writes it as report.json,
 * whose keys are the names of these components and stay stable; {@code page.ReportHtml} draws it.
 * Intervals are at 95%. Null means not measured; a list without entries, that the part was left
 * out.
 *
 * @param format version of the key names; see {@link #FORMAT}
 * @param staircase in the order to be shown: GPT first, within a model the small size first
 * @param stages in the order they ran
 * @param computeTotal sums over the stages
 * @param frontier grouped by model, by ascending step
 * @param headToHead contests between two models other than those against SFT
 * @param seeds one entry per seed when the run was repeated
 * @param notes honest remarks, one sentence each: what did not come out, what was left out
 */
public record Report(
    int format,
    Run run,
    List<StaircaseStep> staircase,
    List<Stage> stages,
    ComputeTotal computeTotal,
    List<Curve> curves,
    List<FrontierPoint> frontier,
    @Nullable RewardModelResult rewardModel,
    @Nullable LabelersResult labelers,
    List<Diversity> diversity,
    List<Sample> samples,
    List<Contest> headToHead,
    List<SeedResult> seeds,
    List<String> notes) {
  /** The version that this code writes. */
  public static final int FORMAT = 1;

  public Report {
    staircase = List.copyOf(staircase);
    stages = List.copyOf(stages);
    curves = List.copyOf(curves);
    frontier = List.copyOf(frontier);
    diversity = List.copyOf(diversity);
    samples = List.copyOf(samples);
    headToHead = List.copyOf(headToHead);
    seeds = List.copyOf(seeds);
    notes = List.copyOf(notes);
  }

  /** The same with the summary of several seeds, whose first is this report's. */
  public Report withSeeds(List<SeedResult> results) {
    return new Report(
        format,
        run,
        staircase,
        stages,
        computeTotal,
        curves,
        frontier,
        rewardModel,
        labelers,
        diversity,
        samples,
        headToHead,
        results,
        notes);
  }

  /** Collects the parts as they come; whatever is never given stays empty. */
  public static ReportBuilder of(Run run) {
    return new ReportBuilder(run);
  }

  /**
   * How the run was made.
   *
   * @param seeds the main seed first
   * @param started date and time as text
   * @param machine processor, cores, memory, device, in words
   * @param configuration the YAML as read, with overrides applied
   * @param wallSeconds from start to report
   */
  public record Run(
      String title,
      List<Long> seeds,
      String started,
      String machine,
      List<Version> versions,
      String configuration,
      double wallSeconds) {
    public Run {
      seeds = List.copyOf(seeds);
      versions = List.copyOf(versions);
    }
  }

  /** A program or library that took part. */
  public record Version(String name, String version) {}

  /**
   * One stage of the pipeline.
   *
   * @param parameters of the model that was trained or run
   * @param tokens processed
   * @param petaflopDays 1 is 8.64e19 floating-point operations
   * @param finalMetrics the numbers its last log line showed
   */
  public record Stage(
      String name,
      long parameters,
      double wallSeconds,
      long tokens,
      double petaflopDays,
      double tokensPerSecond,
      List<Metric> finalMetrics) {
    public Stage {
      finalMetrics = List.copyOf(finalMetrics);
    }
  }

  /** A named number. */
  public record Metric(String name, double value) {}

  /** Sums over all stages. */
  public record ComputeTotal(double wallSeconds, long tokens, double petaflopDays) {
    /** Adds the stages up. */
    public static ComputeTotal of(List<Stage> stages) {
      return new ComputeTotal(
          stages.stream().mapToDouble(Stage::wallSeconds).sum(),
          stages.stream().mapToLong(Stage::tokens).sum(),
          stages.stream().mapToDouble(Stage::petaflopDays).sum());
    }
  }

  /**
   * KL to the starting policy against reward, during training (gold beside the reward model, so
   * that reward hacking can be seen).
   *
   * @param kl nats per answer
   * @param rewardModelScore mean over the rollouts
   * @param goldScore mean gold rating of the same answers, 1..7; null when not measured
   */
  public record FrontierPoint(
      String model,
      String size,
      long step,
      double kl,
      double rewardModelScore,
      @Nullable Double goldScore) {}

  /**
   * How varied a model's answers are when the same prompt is sampled many times.
   *
   * @param entropy nats per token
   * @param distinct1 different words over all words, 0..1; distinct2 and distinct3 for pairs and
   *     triples
   * @param selfBleu 0..1, higher is more alike
   * @param uniqueAnswers different answers over all answers, 0..1
   */
  public record Diversity(
      String model,
      String size,
      @Nullable Double entropy,
      @Nullable Double distinct1,
      @Nullable Double distinct2,
      @Nullable Double distinct3,
      @Nullable Double selfBleu,
      @Nullable Double uniqueAnswers) {}

  /**
   * One prompt, answered by every model.
   *
   * @param useCase in words, e.g. "open QA"; null when unknown
   * @param featured shown first and large: the pair every demonstration of this should show
   * @param caption a sentence that says what to look at; null for none
   */
  public record Sample(
      String prompt,
      @Nullable String useCase,
      boolean featured,
      @Nullable String caption,
      List<Answer> answers) {
    public Sample {
      answers = List.copyOf(answers);
    }
  }

  /**
   * @param goldLikert gold rating, 1..7; null when not rated
   * @param flags what is to be said about it, e.g. "hallucination", "cut at the limit"
   */
  public record Answer(
      String model, String size, String text, @Nullable Double goldLikert, List<String> flags) {
    public Answer {
      flags = List.copyOf(flags);
    }
  }

  /**
   * One model directly against another, e.g. the small PPO-ptx against the large GPT.
   *
   * @param winRate of the model; a tie counts half
   * @param parametersRatio the opponent's parameters over the model's
   */
  public record Contest(
      String model,
      String size,
      long parameters,
      String opponent,
      String opponentSize,
      long opponentParameters,
      Rate winRate,
      double parametersRatio) {}

  /**
   * The staircase under one seed.
   *
   * @param order models of the largest size from worst to best by gold win rate
   */
  public record SeedResult(long seed, List<String> order, List<SeedStep> steps) {
    public SeedResult {
      order = List.copyOf(order);
      steps = List.copyOf(steps);
    }
  }

  /** One model under one seed. */
  public record SeedStep(
      String model, String size, @Nullable Rate goldWinRateVsSft, @Nullable Mean likert) {}
}
