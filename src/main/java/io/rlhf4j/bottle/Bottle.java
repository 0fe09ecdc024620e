package io.rlhf4j.bottle;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.Jsonl;
import io.rlhf4j.data.Split;
import io.rlhf4j.sim.LabelerPool;
import io.rlhf4j.sim.Prompts;
import io.rlhf4j.sim.Web;
import io.rlhf4j.sim.World;
import io.rlhf4j.stage.DpoStage;
import io.rlhf4j.stage.PpoStage;
import io.rlhf4j.stage.PretrainStage;
import io.rlhf4j.stage.RewardStage;
import io.rlhf4j.stage.SftStage;
import io.rlhf4j.stage.StageResult;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.train.PpoConfig;
import io.rlhf4j.train.RewardConfig;
import io.rlhf4j.train.Seeds;
import io.rlhf4j.train.SftConfig;
import io.rlhf4j.train.WhenRunExists;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The whole paper in miniature, step by step, from an empty folder to models that can be compared.
 * Every step reads files and writes files; a step that is finished is not done again when a run is
 * resumed.
 */
public final class Bottle {
  private final BottleConfig config;
  private final Path root;
  private final String configAsRead;
  private final WhenRunExists whenThere;
  private final World world;
  private final Prompts prompts;
  private final LabelFiles labels;
  private final Map<String, StageResult> results = new ConcurrentHashMap<>();

  public Bottle(BottleConfig config, Path root, String configAsRead, WhenRunExists whenThere) {
    this.config = config;
    this.root = root;
    this.configAsRead = configAsRead;
    this.whenThere = whenThere;
    this.world = World.create(config.seed());
    this.prompts = new Prompts(world);
    this.labels = new LabelFiles(config, root, world);
  }

  /** Runs every step that is not done yet; steps that do not need each other go side by side. */
  public void run() {
    // 1. The world: a web to pretrain on, a vocabulary, people.
    say("world: %d words of web text", config.data().webWords());
    Path web = file("world/web.jsonl", f -> texts(f, web(config.data().webWords(), 1)));
    Path ptxWeb = file("world/web-ptx.jsonl", f -> texts(f, web(config.data().ptxWords(), 2)));
    Path tokenizer = tokenizer(web);
    Path demonstrations = labels.demonstrations();
    Path ppoPrompts = labels.ppoPrompts();
    BottleConfig.Size rewardSize = config.size(config.rewardSize());

    try (Crew crew = Crew.ofThisMachine()) {
      // 2. Pretraining, then supervised fine-tuning on the demonstrations (step 1 of the paper).
      Map<BottleConfig.Size, CompletableFuture<Void>> base = new HashMap<>();
      Map<BottleConfig.Size, CompletableFuture<Void>> tuned = new HashMap<>();
      for (BottleConfig.Size size : config.alignedSizes()) {
        base.put(size, crew.start(() -> pretrain(size, web, tokenizer), List.of()));
      }
      for (BottleConfig.Size size : config.alignedSizes()) {
        tuned.put(
            size,
            crew.start(
                () -> sft("sft", size, config.sft(), demonstrations, null),
                List.of(base.get(size))));
      }

      Map<BottleConfig.Size, CompletableFuture<Void>> start = new HashMap<>();
      Function<BottleConfig.Size, CompletableFuture<Void>> ppoInit =
          size ->
              crew.start(
                  () -> sft("ppo-init", size, config.ppoInit(), demonstrations, ptxWeb),
                  List.of(base.get(size)));
      start.put(rewardSize, ppoInit.apply(rewardSize));

      // 3. Rankings of their outputs, by labelers, and the reward model (step 2); then, since steps
      // 2 and 3 are iterated in the paper, a policy that learns from it, rankings of what that
      // policy writes, and the reward model that the policies to be compared learn from.
      CompletableFuture<Void> ranked = crew.start(this::rankings, List.copyOf(tuned.values()));
      CompletableFuture<Void> firstReward =
          crew.start(
              () ->
                  reward(
                      "reward-first",
                      model("sft", rewardSize),
                      labels.firstRound(),
                      demonstrations,
                      config.reward().withEpochs(1)),
              List.of(ranked));
      CompletableFuture<Void> firstPolicy =
          crew.start(
              () ->
                  ppo(
                      "ppo-first",
                      rewardSize,
                      model("reward-first", rewardSize),
                      ppoPrompts,
                      null,
                      config.firstPpo()),
              List.of(firstReward, start.get(rewardSize)));
      CompletableFuture<Void> rankedAgain =
          crew.start(this::rankingsOfTheFirstPolicy, List.of(firstPolicy));
      CompletableFuture<Void> rewarded =
          crew.start(
              () ->
                  reward(
                      "reward",
                      model("sft", rewardSize),
                      labels.rankings(),
                      demonstrations,
                      config.reward()),
              List.of(rankedAgain));

      // Planned behind the way to the reward model, so that they take the core it leaves free.
      for (BottleConfig.Size size : config.alignedSizes()) {
        start.computeIfAbsent(size, ppoInit);
      }
      // Nobody waits for these; begun too early they would keep a worker from what is waited for.
      for (BottleConfig.Size size : config.sizes()) {
        if (!size.aligned()) {
          crew.start(() -> pretrain(size, web, tokenizer), List.of(start.get(rewardSize)));
        }
      }

      // 4. PPO and PPO-ptx from their own starting point (step 3), and DPO from the SFT model. The
      // largest first: a long piece that comes last would leave the other workers idle.
      List<BottleConfig.Size> largestFirst = new ArrayList<>(config.alignedSizes());
      Collections.reverse(largestFirst);
      for (BottleConfig.Size size : largestFirst) {
        Path judge = model("reward", rewardSize);
        PpoConfig plain = config.ppo().withEpisodes(size.episodes());
        PpoConfig mixed = plain.withPtxCoefficient(config.ptxCoefficient());
        crew.start(
            () -> ppo("ppo-ptx", size, judge, ppoPrompts, ptxWeb, mixed),
            List.of(rewarded, start.get(size)));
        crew.start(
            () -> ppo("ppo", size, judge, ppoPrompts, null, plain),
            List.of(rewarded, start.get(size)));
        CompletableFuture<Void> selected =
            crew.start(() -> select(size, rewardSize), List.of(rewarded));
        crew.start(() -> dpo(size), List.of(selected));
      }
      crew.finish();
    }
  }

  private Path tokenizer(Path web) {
    Path folder = root.resolve("world/tokenizer");
    if (!Files.exists(folder.resolve("tokenizer.json"))) {
      PretrainStage.trainTokenizer(
          DatasetReader.readTexts(web),
          config.vocabulary(),
          config.largest().model().positions(),
          folder);
    }
    return folder;
  }

  private void pretrain(BottleConfig.Size size, Path web, Path tokenizer) {
    Path output = stage("pretrain", size);
    step(
        output,
        when ->
            PretrainStage.run(
                new PretrainStage.Job(
                    web,
                    tokenizer,
                    config.vocabulary(),
                    size.model(),
                    config.precision(),
                    output,
                    size.pretraining()),
                configAsRead,
                when));
  }

  private void reward(
      String name, Path start, Path rankings, Path demonstrations, RewardConfig training) {
    Path output = stage(name, config.size(config.rewardSize()));
    step(
        output,
        when ->
            RewardStage.run(
                new RewardStage.Job(
                    start,
                    rankings,
                    demonstrations,
                    PromptStyle.PLAIN,
                    config.precision(),
                    output,
                    training),
                configAsRead,
                when));
  }

  /** Takes the epoch of a fine-tuning run that the reward model likes best (paper, App. C.1). */
  private void select(BottleConfig.Size size, BottleConfig.Size rewardSize) {
    Selection.select(
        stage("sft", size),
        config.sft().epochs(),
        model("reward", rewardSize),
        prompts.api(
            config.evaluation().prompts(), Split.VALID, Seeds.mix(config.seed(), "selection")),
        config.evaluation().maxNewTokens(),
        config.precision(),
        config.seed());
  }

  private void dpo(BottleConfig.Size size) {
    Path output = stage("dpo", size);
    Path comparisons = labels.comparisons();
    step(
        output,
        when ->
            DpoStage.run(
                new DpoStage.Job(
                    selectedSft(size),
                    comparisons,
                    PromptStyle.PLAIN,
                    config.precision(),
                    output,
                    config.dpo()),
                configAsRead,
                when));
  }

  private void sft(
      String name,
      BottleConfig.Size size,
      SftConfig training,
      Path demonstrations,
      @Nullable Path pretrain) {
    Path output = stage(name, size);
    step(
        output,
        when ->
            SftStage.run(
                new SftStage.Job(
                    model("pretrain", size),
                    demonstrations,
                    null,
                    pretrain,
                    PromptStyle.PLAIN,
                    config.precision(),
                    name.equals("sft"), // its epochs are kept, to select among them
                    output,
                    training),
                configAsRead,
                when));
  }

  private void ppo(
      String name,
      BottleConfig.Size size,
      Path reward,
      Path promptFile,
      @Nullable Path pretrain,
      PpoConfig training) {
    Path output = stage(name, size);
    step(
        output,
        when -> {
          try (Policy reader =
              Policy.load("PPO", size.label(), model("ppo-init", size), config.precision())) {
            return PpoStage.run(
                new PpoStage.Job(
                    model("ppo-init", size),
                    reward,
                    promptFile,
                    pretrain,
                    PromptStyle.PLAIN,
                    config.precision(),
                    output,
                    training),
                configAsRead,
                when,
                new GoldObserver(world, labels.ppo(), reader));
          }
        });
  }

  private void rankings() {
    if (labels.areRanked()) {
      labels.resumeNoise();
      return;
    }
    say(
        "rankings: %d prompts with %d outputs each and one of another prompt",
        config.data().rankings() - config.data().secondRound(), config.data().rankedOutputs());
    List<Policy> policies = new ArrayList<>();
    for (BottleConfig.Size size : config.alignedSizes()) {
      policies.add(Policy.load("SFT", size.label(), model("sft", size), config.precision()));
    }
    try {
      labels.rank(policies);
    } finally {
      policies.forEach(Policy::close);
    }
  }

  private void rankingsOfTheFirstPolicy() {
    if (labels.areRankedAgain()) {
      return;
    }
    say(
        "rankings, second round: %d prompts with %d outputs of the first PPO policy each",
        config.data().secondRound(), config.data().rankedOutputs());
    BottleConfig.Size size = config.size(config.rewardSize());
    try (Policy policy =
        Policy.load("PPO", size.label(), model("ppo-first", size), config.precision())) {
      labels.rankAgain(policy);
    }
  }

  /** Runs a stage unless it is finished. */
  private void step(Path output, Function<WhenRunExists, StageResult> stage) {
    Optional<StageResult> done =
        whenThere == WhenRunExists.RESUME ? StageResult.ofFinished(output) : Optional.empty();
    StageResult result = done.orElseGet(() -> stage.apply(whenThere));
    results.put(root.relativize(output).toString(), result);
  }

  private interface FileWriter {
    void write(Path file);
  }

  private Path file(String name, FileWriter writer) {
    Path file = root.resolve(name);
    if (!Files.exists(file)) {
      writer.write(file);
    }
    return file;
  }

  private static void texts(Path file, List<String> documents) {
    List<ObjectNode> rows = new ArrayList<>();
    for (String document : documents) {
      rows.add(JsonNodeFactory.instance.objectNode().put("text", document));
    }
    Jsonl.write(file, rows);
  }

  private List<String> web(long words, long stream) {
    return new Web(world).documents(words, Seeds.mix(config.seed(), stream));
  }

  Path stage(String name, BottleConfig.Size size) {
    return root.resolve(name + "-" + size.label());
  }

  Path model(String name, BottleConfig.Size size) {
    return stage(name, size).resolve("model");
  }

  /** The supervised model that everything is compared with. */
  Path selectedSft(BottleConfig.Size size) {
    return Selection.modelOf(stage("sft", size));
  }

  World world() {
    return world;
  }

  LabelerPool pool() {
    return labels.pool();
  }

  Prompts prompts() {
    return prompts;
  }

  /** Every stage's result under its folder's name, in the order of the paper. */
  Map<String, StageResult> results() {
    Map<String, StageResult> ordered = new LinkedHashMap<>();
    for (String stage :
        List.of(
            "pretrain",
            "sft",
            "reward-first",
            "ppo-init",
            "ppo-first",
            "reward",
            "ppo",
            "ppo-ptx",
            "dpo")) {
      for (BottleConfig.Size size : config.sizes()) {
        String name = stage + "-" + size.label();
        StageResult result = results.get(name);
        if (result != null) {
          ordered.put(name, result);
        }
      }
    }
    return ordered;
  }

  private static void say(String format, Object... args) {
    System.err.printf(format + "%n", args);
  }
}
