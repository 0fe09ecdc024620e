package io.rlhf4j.bottle;

import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Split;
import io.rlhf4j.eval.Curve;
import io.rlhf4j.eval.LabelersResult;
import io.rlhf4j.eval.Rate;
import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.ReportBuilder;
import io.rlhf4j.eval.ReportJson;
import io.rlhf4j.eval.RewardCheck;
import io.rlhf4j.eval.StaircaseStep;
import io.rlhf4j.eval.StaircaseTable;
import io.rlhf4j.eval.page.ReportHtml;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.sim.FewShotPrefix;
import io.rlhf4j.sim.Prompts;
import io.rlhf4j.sim.SimPrompt;
import io.rlhf4j.stage.ScalarFolder;
import io.rlhf4j.stage.StageResult;
import io.rlhf4j.stats.Agreement;
import io.rlhf4j.tensor.Libtorch;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.MetricsLog;
import io.rlhf4j.train.MetricsRow;
import io.rlhf4j.train.Seeds;
import io.rlhf4j.train.WhenRunExists;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;

/** Runs the bottle, examines every model in it and writes the report. */
public final class Demo {
  /** Stage folder to the model's name in the paper's terms, in the order of the staircase. */
  private static final List<Map.Entry<String, String>> MODELS =
      List.of(
          Map.entry("sft", "SFT"),
          Map.entry("ppo", "PPO"),
          Map.entry("ppo-ptx", "PPO-ptx"),
          Map.entry("dpo", "DPO"));

  private final BottleConfig config;
  private final Path root;
  private final String configText;
  private final Bottle bottle;

  public Demo(BottleConfig config, Path root, String configText, WhenRunExists whenThere) {
    this.config = config;
    this.root = root;
    this.configText = configText;
    this.bottle = new Bottle(config, root, configText, whenThere);
  }

  /** Everything, from the world to report.json, report.html and staircase.txt in the run folder. */
  public Report run() {
    long started = System.nanoTime();
    String date = OffsetDateTime.now().truncatedTo(ChronoUnit.SECONDS).toString();
    bottle.run();
    System.err.println("evaluation: every model answers the same held-out prompts");
    ReportBuilder report = examine();
    Report done = finish(report, date, started);
    ReportJson.write(done, root.resolve("report.json"));
    ReportHtml.write(done, root.resolve("report.html"));
    AtomicFile.write(root.resolve("staircase.txt"), StaircaseTable.of(done));
    return done;
  }

  private Report finish(ReportBuilder parts, String date, long started) {
    Report draft = parts.build();
    return new Report(
        Report.FORMAT,
        new Report.Run(
            "InstructGPT in a bottle",
            List.of(config.seed()),
            date,
            machine(),
            List.of(
                new Report.Version("Java", Runtime.version().toString()),
                new Report.Version("libtorch", Libtorch.version())),
            configText,
            (System.nanoTime() - started) / 1e9),
        draft.staircase(),
        draft.stages(),
        draft.computeTotal(),
        draft.curves(),
        draft.frontier(),
        draft.rewardModel(),
        draft.labelers(),
        draft.diversity(),
        draft.samples(),
        draft.headToHead(),
        draft.seeds(),
        draft.notes());
  }

  private static String machine() {
    return Runtime.getRuntime().availableProcessors()
        + " cores, "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.arch")
        + ", "
        + Libtorch.threads()
        + " threads";
  }

  private ReportBuilder examine() {
    ReportBuilder report =
        Report.of(new Report.Run("draft", List.of(config.seed()), "", "", List.of(), "", 0));
    BottleConfig.Size rewardSize = config.size(config.rewardSize());
    List<Policy> loaded = Collections.synchronizedList(new ArrayList<>());
    Examination examination = new Examination(config, bottle);
    Tokenizer tokenizer = Tokenizer.load(bottle.stages().model("reward", rewardSize));
    RewardModel reward =
        ScalarFolder.read(
            bottle.stages().model("reward", rewardSize), tokenizer, config.precision(), false);
    try {
      List<Contender> all =
          sideBySide(config.sizes(), size -> contenders(size, examination, reward, loaded)).stream()
              .flatMap(List::stream)
              .toList();
      sideBySide(all, examination::answersOf);
      List<StaircaseStep> steps =
          sideBySide(all, c -> examination.step(c, baseline(all, c.size()), reward));
      List<Report.Diversity> diversity = sideBySide(all, examination::diversity);
      report.staircase(inStaircaseOrder(steps));
      report.diversity(diversity);
      report.samples(examination.samples(all, 10));
      contest(examination, all, report);
      rewardPanel(report, reward, tokenizer);
    } finally {
      loaded.forEach(Policy::close);
      reward.transformer().close();
      tokenizer.close();
    }
    curves(report);
    stages(report);
    return report;
  }

  /** The results of independent work, in the order of what it was done to. */
  private static <T, R> List<R> sideBySide(List<T> items, Function<T, R> work) {
    List<R> results = new ArrayList<>(Collections.nCopies(items.size(), null));
    try (Crew crew = Crew.ofThisMachine()) {
      for (int i = items.size() - 1; i >= 0; i--) { // the largest models come last and take longest
        int at = i;
        crew.start(() -> results.set(at, work.apply(items.get(at))), List.of());
      }
      crew.finish();
    }
    return results;
  }

  /** The SFT model of a size; a size that has none is compared with the largest that has one. */
  private Contender baseline(List<Contender> all, String size) {
    List<BottleConfig.Size> aligned = config.alignedSizes();
    String of = config.size(size).aligned() ? size : aligned.get(aligned.size() - 1).label();
    return find(all, Examination.BASELINE, of);
  }

  /** By model, and within a model the small size first. */
  private static List<StaircaseStep> inStaircaseOrder(List<StaircaseStep> steps) {
    List<String> order = List.of("GPT", "GPT-prompted", "SFT", "PPO", "PPO-ptx", "DPO");
    return steps.stream()
        .sorted(java.util.Comparator.comparingInt(s -> order.indexOf(s.model())))
        .toList();
  }

  private List<Contender> contenders(
      BottleConfig.Size size, Examination examination, RewardModel reward, List<Policy> loaded) {
    List<Contender> contenders = new ArrayList<>();
    Policy base =
        Policy.load(
            "GPT", size.label(), bottle.stages().model("pretrain", size), config.precision());
    loaded.add(base);
    contenders.add(Contender.plain(base));
    contenders.add(prompted(base, examination, reward));
    if (!size.aligned()) {
      return contenders;
    }
    for (Map.Entry<String, String> model : MODELS) {
      Policy policy =
          Policy.load(
              model.getValue(),
              size.label(),
              model.getKey().equals("sft")
                  ? bottle.stages().selectedSft(size)
                  : bottle.stages().model(model.getKey(), size),
              config.precision());
      loaded.add(policy);
      contenders.add(Contender.plain(policy));
    }
    return contenders;
  }

  /** The base model behind the prefix whose answers the reward model likes best. */
  private Contender prompted(Policy base, Examination examination, RewardModel reward) {
    List<SimPrompt> valid =
        new Prompts(bottle.world())
            .api(
                Math.min(120, config.evaluation().prompts()),
                Split.VALID,
                Seeds.mix(config.seed(), "prefix"));
    io.rlhf4j.sim.GoldScorer gold = new io.rlhf4j.sim.GoldScorer(bottle.world());
    Contender best = null;
    double bestScore = Double.NEGATIVE_INFINITY;
    for (FewShotPrefix prefix : FewShotPrefix.candidates(bottle.world())) {
      Contender candidate = new Contender("GPT-prompted", base, prefix);
      double score =
          examination.meanReward(
              reward,
              candidate,
              candidate
                  .answer(valid, gold, config.evaluation().maxNewTokens(), config.seed())
                  .completions());
      if (score > bestScore) {
        best = candidate;
        bestScore = score;
      }
    }
    if (best == null) {
      throw new IllegalStateException("no prefix could be scored");
    }
    return best;
  }

  /** The smallest PPO-ptx against the largest base model: the paper's 1.3B against 175B. */
  private void contest(Examination examination, List<Contender> all, ReportBuilder report) {
    String small = config.sizes().get(0).label();
    String large = config.largest().label();
    Contender tuned = find(all, "PPO-ptx", small);
    report.contest(examination.contest(tuned, find(all, "GPT", large)));
    report.contest(examination.contest(tuned, find(all, "GPT-prompted", large)));
    report.contest(examination.contest(tuned, baseline(all, large)));
  }

  private static Contender find(List<Contender> all, String model, String size) {
    return all.stream()
        .filter(c -> c.model().equals(model) && c.size().equals(size))
        .findFirst()
        .orElseThrow();
  }

  private void rewardPanel(ReportBuilder report, RewardModel reward, Tokenizer tokenizer) {
    PromptFormat format = PromptFormat.of(PromptStyle.PLAIN, tokenizer);
    Path labels = root.resolve("labels");
    Rate training = agreement(labels.resolve("agreement-training.jsonl"));
    Rate heldOut = agreement(labels.resolve("agreement-held-out.jsonl"));
    report.rewardModel(
        RewardCheck.result(
            reward,
            format,
            DataFiles.readRankings(labels.resolve("rankings-valid.jsonl")),
            DataFiles.readRankings(labels.resolve("rankings-valid-held-out-labelers.jsonl")),
            training));
    List<Ranking> rankings = DataFiles.readRankings(labels.resolve("rankings.jsonl"));
    long comparisons = rankings.stream().mapToLong(r -> r.comparisons().size()).sum();
    long pairs = rankings.stream().mapToLong(r -> r.size() * (r.size() - 1L) / 2).sum();
    TreeMap<Integer, Long> sizes = new TreeMap<>();
    TreeMap<String, Long> perLabeler = new TreeMap<>();
    for (Ranking ranking : rankings) {
      sizes.merge(ranking.size(), 1L, Long::sum);
      perLabeler.merge(ranking.labeler(), 1L, Long::sum);
    }
    report.labelers(
        new LabelersResult(
            training,
            heldOut,
            rankings.size(),
            comparisons,
            Rate.of(pairs - comparisons, pairs),
            sizes.entrySet().stream()
                .map(e -> new LabelersResult.RankingSize(e.getKey(), e.getValue()))
                .toList(),
            perLabeler.entrySet().stream()
                .map(e -> new LabelersResult.Labeler(e.getKey(), false, e.getValue(), null, null))
                .toList()));
  }

  /** Share of pairs on which two labelers agree, pairs that one of them ties left out. */
  private static Rate agreement(Path file) {
    Agreement agreement = Agreement.ofRankings(DataFiles.readRankings(file));
    return Rate.of(agreement.decidedAgreeing(), agreement.decidedPairs());
  }

  private void curves(ReportBuilder report) {
    List<Report.FrontierPoint> frontier = new ArrayList<>();
    for (BottleConfig.Size size : config.sizes()) {
      String label = " " + size.label();
      curve(
          report,
          "Pretraining: loss",
          "GPT" + label,
          bottle.stages().stage("pretrain", size),
          "loss");
      if (!size.aligned()) {
        continue;
      }
      curve(report, "SFT: loss", "SFT" + label, bottle.stages().stage("sft", size), "loss");
      for (String stage : List.of("ppo", "ppo-ptx")) {
        String model = stage.equals("ppo") ? "PPO" : "PPO-ptx";
        Path folder = bottle.stages().stage(stage, size);
        for (String metric :
            List.of(
                "objective/scores",
                "objective/kl",
                "gold/likert",
                "completions/mean_length",
                "objective/entropy")) {
          curve(report, "PPO: " + metric, model + label, folder, metric);
        }
        curve(report, "PPO: ptx/loss", model + label, folder, "ptx/loss");
        for (MetricsRow row : MetricsLog.read(folder.resolve("metrics.jsonl"))) {
          OptionalDouble gold = row.get("gold/likert");
          frontier.add(
              new Report.FrontierPoint(
                  model,
                  size.label(),
                  row.step(),
                  row.get("objective/kl").orElse(0),
                  row.get("objective/scores").orElse(0),
                  gold.isPresent() ? (Double) gold.getAsDouble() : null));
        }
      }
      curve(
          report,
          "DPO: rewards/accuracies",
          "DPO" + label,
          bottle.stages().stage("dpo", size),
          "rewards/accuracies");
    }
    BottleConfig.Size rewardSize = config.size(config.rewardSize());
    Path folder = bottle.stages().stage("reward", rewardSize);
    curve(report, "Reward model: loss", "RM " + rewardSize.label(), folder, "loss");
    curve(report, "Reward model: accuracy", "RM " + rewardSize.label(), folder, "accuracy");
    report.frontier(frontier);
  }

  private static void curve(
      ReportBuilder report, String chart, String series, Path folder, String metric) {
    List<MetricsRow> rows = MetricsLog.read(folder.resolve("metrics.jsonl"));
    double[] x = new double[rows.size()];
    double[] y = new double[rows.size()];
    boolean any = false;
    for (int i = 0; i < x.length; i++) {
      x[i] = rows.get(i).step();
      OptionalDouble value = rows.get(i).get(metric);
      y[i] = value.orElse(Double.NaN);
      any |= value.isPresent();
    }
    if (any) {
      report.curve(Curve.of(chart, series, "step", x, y));
    }
  }

  private void stages(ReportBuilder report) {
    for (Map.Entry<String, StageResult> stage : bottle.stages().results().entrySet()) {
      StageResult result = stage.getValue();
      List<MetricsRow> rows =
          MetricsLog.read(root.resolve(stage.getKey()).resolve("metrics.jsonl"));
      List<Report.Metric> metrics = new ArrayList<>();
      if (!rows.isEmpty()) {
        MetricsRow last = rows.get(rows.size() - 1);
        for (MetricsRow.Metric metric : last.metrics()) {
          if (!MetricsRow.isTiming(metric.name()) && Double.isFinite(metric.value())) {
            metrics.add(new Report.Metric(metric.name(), metric.value()));
          }
        }
      }
      // 6 floating-point operations per parameter and token of training (Kaplan et al. 2020).
      double operations = 6.0 * result.parameters() * result.tokens();
      report.stage(
          new Report.Stage(
              stage.getKey(),
              result.parameters(),
              result.seconds(),
              result.tokens(),
              operations / 8.64e19,
              result.tokens() / result.seconds(),
              metrics));
    }
  }
}
