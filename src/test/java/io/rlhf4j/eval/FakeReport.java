package io.rlhf4j.eval;

import io.rlhf4j.eval.LabelersResult.Labeler;
import io.rlhf4j.eval.LabelersResult.RankingSize;
import io.rlhf4j.eval.Report.Contest;
import io.rlhf4j.eval.Report.Diversity;
import io.rlhf4j.eval.Report.FrontierPoint;
import io.rlhf4j.eval.Report.Metric;
import io.rlhf4j.eval.Report.SeedResult;
import io.rlhf4j.eval.Report.SeedStep;
import io.rlhf4j.eval.Report.Stage;
import io.rlhf4j.eval.Report.Version;
import io.rlhf4j.eval.RewardModelResult.CalibrationBin;
import io.rlhf4j.eval.StaircaseStep.Rudeness;
import io.rlhf4j.eval.StaircaseStep.TaxAccuracy;
import io.rlhf4j.stats.WinRate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A made-up report that looks like a finished run; nothing in it was measured. */
public final class FakeReport {
  public static final List<String> MODELS =
      List.of("GPT", "GPT-prompted", "SFT", "PPO", "PPO-ptx", "DPO");
  public static final long SMALL = 412_672;
  public static final long LARGE = 4_863_488;

  private FakeReport() {}

  public static Report.Run run() {
    return new Report.Run(
        "InstructGPT in a bottle",
        List.of(42L, 43L, 44L),
        "2026-03-14 09:26",
        "2 cores, 8 GB, Intel Xeon with AMX, no GPU",
        List.of(new Version("rlhf4j", "0.1.0"), new Version("libtorch", "2.10.0")),
        "preset: mini\nseed: 42\nppo:\n  kl: 0.02\n  clip: 0.2\n  ptx: 27.8 # <paper>\n",
        461.3);
  }

  public static ReportBuilder full() {
    ReportBuilder report = Report.of(run()).staircase(staircase());
    stages().forEach(report::stage);
    curves().forEach(report::curve);
    seeds().forEach(report::seed);
    return report
        .frontier(frontier())
        .rewardModel(rewardModel())
        .labelers(labelers())
        .diversity(diversity())
        .samples(FakeSamples.all())
        .contest(contest(rate(0.78, 300)))
        .note("DPO was trained for one epoch only; a second one raised its KL without a gain.")
        .note("The hostile instruction makes every model ruder, the tuned ones most of all.");
  }

  /** The run in which nothing but its description is known. */
  public static Report empty() {
    return Report.of(run()).build();
  }

  public static Contest contest(Rate winRate) {
    return new Contest(
        "PPO-ptx", "small", SMALL, "GPT", "large", LARGE, winRate, (double) LARGE / SMALL);
  }

  public static List<StaircaseStep> staircase() {
    double[][] small = {
      // win, labelers, held-out, likert, followed, constraints, hallucination, myths, rude,
      // few-shot
      {0.06, 0.09, 0.10, 1.9, 0.08, 0.31, 0.52, 0.61, 0.142, 0.46},
      {0.15, 0.19, 0.20, 2.6, 0.31, 0.37, 0.43, 0.58, 0.121, 0.46},
      {0.46, 0.47, 0.48, 4.1, 0.83, 0.62, 0.24, 0.44, 0.061, 0.44},
      {0.63, 0.60, 0.58, 4.7, 0.90, 0.71, 0.19, 0.33, 0.041, 0.35},
      {0.65, 0.62, 0.60, 4.9, 0.91, 0.72, 0.17, 0.31, 0.038, 0.43},
      {0.58, 0.57, 0.55, 4.6, 0.88, 0.69, 0.20, 0.36, 0.045, 0.42},
    };
    double[][] large = {
      {0.08, 0.11, 0.11, 2.1, 0.09, 0.34, 0.48, 0.59, 0.139, 0.57},
      {0.22, 0.26, 0.25, 3.0, 0.42, 0.41, 0.41, 0.55, 0.115, 0.57},
      {0.50, 0.50, 0.50, 4.4, 0.88, 0.67, 0.21, 0.39, 0.055, 0.55},
      {0.70, 0.66, 0.64, 5.2, 0.94, 0.77, 0.15, 0.27, 0.036, 0.44},
      {0.73, 0.69, 0.67, 5.4, 0.95, 0.79, 0.12, 0.24, 0.031, 0.54},
      {0.64, 0.61, 0.60, 5.0, 0.92, 0.75, 0.16, 0.30, 0.038, 0.53},
    };
    List<StaircaseStep> steps = new ArrayList<>();
    for (int m = 0; m < MODELS.size(); m++) {
      steps.add(step(MODELS.get(m), "small", SMALL, small[m], m));
      steps.add(step(MODELS.get(m), "large", LARGE, large[m], m));
    }
    return steps;
  }

  private static StaircaseStep step(
      String model, String size, long parameters, double[] v, int rank) {
    boolean prompted = model.equals("GPT-prompted");
    return new StaircaseStep(
        model,
        size,
        parameters,
        rate(v[0], 600),
        pairs(v[0]),
        rate(v[1], 400),
        rate(v[2], 300),
        new Mean(v[3], v[3] - 0.13, v[3] + 0.13),
        rate(v[4], 600),
        rate(v[5], 260),
        rate(v[6], 140),
        rate(v[7], 180),
        rate(1 - v[7] * 0.9, 180),
        rate((1 - v[7]) * Math.min(1, v[4] + 0.05), 180),
        new Rudeness(
            rate(v[8], 500), rate(v[8] * (rank < 2 ? 0.9 : 0.5), 500), rate(v[8] * 2.4, 500)),
        new TaxAccuracy(rate(v[9], 400), prompted ? null : rate(v[9] + 0.09, 400)),
        prompted ? null : 2.4 - v[9],
        14.0 + 3 * rank,
        -2.2 + rank * 0.71,
        rate(Math.min(1, v[4] + 0.04), 600));
  }

  /** Of 600 pairs a fifth are ties, which count half in the win rate. */
  private static StaircaseStep.Pairs pairs(double winRate) {
    long ties = Math.round(120 * Math.min(1, 4 * winRate));
    long wins = Math.round(600 * winRate - 0.5 * ties);
    return StaircaseStep.Pairs.of(new WinRate("model", "SFT", wins, 600 - ties - wins, ties));
  }

  public static List<Stage> stages() {
    return List.of(
        stage("world and web corpus", 0, 6.1, 2_400_000, new Metric("vocabulary", 1024)),
        stage("pretrain large", LARGE, 171.4, 3_900_000, new Metric("eval_loss", 1.84)),
        stage("sft large", LARGE, 38.2, 640_000, new Metric("eval_loss", 1.12)),
        stage("reward", LARGE, 44.7, 910_000, new Metric("accuracy", 0.709)),
        stage(
            "ppo-ptx large",
            LARGE,
            121.9,
            2_210_000,
            new Metric("objective/kl", 6.4),
            new Metric("objective/scores", 1.61)),
        stage("evaluate", LARGE, 63.0, 520_000));
  }

  private static Stage stage(String name, long n, double seconds, long tokens, Metric... metrics) {
    return new Stage(
        name, n, seconds, tokens, 6.0 * n * tokens / 8.64e19, tokens / seconds, List.of(metrics));
  }

  public static List<Curve> curves() {
    SplittableRandom random = new SplittableRandom(7);
    List<Curve> curves = new ArrayList<>();
    curves.add(curve(random, "Pretraining loss", "small", "tokens", 4e6, 5.6, 2.05, 0.05));
    curves.add(curve(random, "Pretraining loss", "large", "tokens", 4e6, 5.6, 1.84, 0.05));
    curves.add(curve(random, "SFT loss", "large", "step", 600, 2.1, 1.12, 0.06));
    curves.add(curve(random, "Reward model: accuracy", "training", "step", 220, 0.5, 0.71, 0.02));
    for (String model : List.of("PPO", "PPO-ptx")) {
      boolean ptx = model.equals("PPO-ptx");
      curves.add(curve(random, "objective/kl", model, "episodes", 8e3, 0, ptx ? 6.4 : 9.1, 0.3));
      curves.add(curve(random, "objective/scores", model, "episodes", 8e3, 0.1, 1.6, 0.1));
      curves.add(curve(random, "gold score", model, "episodes", 8e3, 4.3, ptx ? 5.4 : 5.2, 0.1));
      curves.add(curve(random, "entropy", model, "episodes", 8e3, 1.6, ptx ? 1.1 : 0.8, 0.05));
      curves.add(curve(random, "ptx/loss", model, "episodes", 8e3, 1.84, ptx ? 1.88 : 2.31, 0.02));
    }
    return curves;
  }

  private static Curve curve(
      SplittableRandom random,
      String chart,
      String series,
      String xLabel,
      double end,
      double from,
      double to,
      double noise) {
    int n = 80;
    double[] x = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      double t = i / (n - 1.0);
      x[i] = t * end;
      y[i] = to + (from - to) * Math.exp(-4 * t) + noise * (random.nextDouble() - 0.5);
    }
    y[50] = Double.NaN;
    return Curve.of(chart, series, xLabel, x, y);
  }

  public static List<FrontierPoint> frontier() {
    List<FrontierPoint> points = new ArrayList<>();
    for (String model : List.of("PPO", "PPO-ptx")) {
      for (int i = 0; i <= 10; i++) {
        double kl = i * (model.equals("PPO") ? 1.05 : 0.64);
        double gold = 4.4 + 0.46 * kl - 0.036 * kl * kl;
        points.add(
            new FrontierPoint(model, "large", i * 25, kl, 0.05 + 0.62 * Math.sqrt(kl), gold));
      }
    }
    return points;
  }

  public static RewardModelResult rewardModel() {
    List<CalibrationBin> bins = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      double p = 0.05 + i / 10.0;
      bins.add(new CalibrationBin(p, 0.5 + (p - 0.5) * 0.86, 60 + 24 * Math.abs(i - 5)));
    }
    return new RewardModelResult(
        LARGE,
        1_240,
        rate(0.709, 1_240),
        rate(0.688, 860),
        rate(0.561, 1_240),
        rate(0.731, 2_000),
        bins);
  }

  public static LabelersResult labelers() {
    List<Labeler> people = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      people.add(
          new Labeler(
              "labeler-%02d".formatted(i + 1),
              i >= 9,
              i >= 9 ? 60 : 90 + 7 * i,
              i == 4 ? null : rate(0.68 + 0.009 * i, 240),
              3.9 + 0.07 * i));
    }
    return new LabelersResult(
        rate(0.731, 2_000),
        rate(0.744, 900),
        1_180,
        17_420,
        rate(0.141, 20_000),
        List.of(
            new RankingSize(4, 402),
            new RankingSize(5, 260),
            new RankingSize(6, 201),
            new RankingSize(7, 140),
            new RankingSize(8, 102),
            new RankingSize(9, 75)),
        people);
  }

  public static List<Diversity> diversity() {
    double[][] rows = {
      {2.31, 0.42, 0.78, 0.91, 0.18, 0.99},
      {2.02, 0.40, 0.74, 0.88, 0.22, 0.97},
      {1.42, 0.33, 0.61, 0.74, 0.41, 0.86},
      {0.71, 0.21, 0.38, 0.47, 0.73, 0.41},
      {0.98, 0.25, 0.46, 0.57, 0.61, 0.58},
      {1.10, 0.27, 0.50, 0.62, 0.55, 0.66},
    };
    List<Diversity> list = new ArrayList<>();
    for (int m = 0; m < rows.length; m++) {
      double[] r = rows[m];
      list.add(new Diversity(MODELS.get(m), "large", r[0], r[1], r[2], r[3], r[4], r[5]));
    }
    return list;
  }

  public static List<SeedResult> seeds() {
    List<SeedResult> list = new ArrayList<>();
    for (int s = 0; s < 3; s++) {
      List<SeedStep> steps = new ArrayList<>();
      double[] win = {0.08, 0.22, 0.50, 0.70, 0.73, 0.64};
      for (int m = 0; m < MODELS.size(); m++) {
        double w = m == 2 ? 0.5 : win[m] + 0.015 * (s - 1);
        steps.add(new SeedStep(MODELS.get(m), "large", rate(w, 600), null));
      }
      List<String> order = List.of("GPT", "GPT-prompted", "SFT", "DPO", "PPO", "PPO-ptx");
      list.add(new SeedResult(42 + s, order, steps));
    }
    return list;
  }

  /** A share seen in n draws, with an interval of two standard errors. */
  public static Rate rate(double p, int n) {
    double half = 1.96 * Math.sqrt(p * (1 - p) / n);
    return new Rate(p, Math.max(0, p - half), Math.min(1, p + half));
  }
}
