package io.rlhf4j.bottle;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.Jsonl;
import io.rlhf4j.sim.LabelerPool;
import io.rlhf4j.sim.Web;
import io.rlhf4j.sim.World;
import io.rlhf4j.stage.PretrainStage;
import io.rlhf4j.train.PpoConfig;
import io.rlhf4j.train.Seeds;
import io.rlhf4j.train.WhenRunExists;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The whole paper in miniature, step by step, from an empty folder to models that can be compared.
 * Every step reads files and writes files; a step that is finished is not done again when a run is
 * resumed.
 */
public final class Bottle {
  private final BottleConfig config;
  private final Path root;
  private final World world;
  private final LabelFiles labels;
  private final Stages stages;

  public Bottle(BottleConfig config, Path root, String configAsRead, WhenRunExists whenThere) {
    this.config = config;
    this.root = root;
    this.world = World.create(config.seed());
    this.labels = new LabelFiles(config, root, world);
    this.stages = new Stages(config, root, world, labels, configAsRead, whenThere);
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
        base.put(size, crew.start(() -> stages.pretrain(size, web, tokenizer), List.of()));
      }
      for (BottleConfig.Size size : config.alignedSizes()) {
        tuned.put(
            size,
            crew.start(
                () -> stages.sft("sft", size, config.sft(), demonstrations, null),
                List.of(base.get(size))));
      }

      Map<BottleConfig.Size, CompletableFuture<Void>> start = new HashMap<>();
      Function<BottleConfig.Size, CompletableFuture<Void>> ppoInit =
          size ->
              crew.start(
                  () -> stages.sft("ppo-init", size, config.ppoInit(), demonstrations, ptxWeb),
                  List.of(base.get(size)));
      start.put(rewardSize, ppoInit.apply(rewardSize));

      // 3. Rankings of their outputs, by labelers, and the reward model (step 2); then, since steps
      // 2 and 3 are iterated in the paper, a policy that learns from it, rankings of what that
      // policy writes, and the reward model that the policies to be compared learn from.
      CompletableFuture<Void> ranked = crew.start(this::rankings, List.copyOf(tuned.values()));
      CompletableFuture<Void> firstReward =
          crew.start(
              () ->
                  stages.reward(
                      "reward-first",
                      stages.model("sft", rewardSize),
                      labels.firstRound(),
                      demonstrations,
                      config.reward().withEpochs(1)),
              List.of(ranked));
      CompletableFuture<Void> firstPolicy =
          crew.start(
              () ->
                  stages.ppo(
                      "ppo-first",
                      rewardSize,
                      stages.model("reward-first", rewardSize),
                      ppoPrompts,
                      null,
                      config.firstPpo()),
              List.of(firstReward, start.get(rewardSize)));
      CompletableFuture<Void> rankedAgain =
          crew.start(this::rankingsOfTheFirstPolicy, List.of(firstPolicy));
      CompletableFuture<Void> rewarded =
          crew.start(
              () ->
                  stages.reward(
                      "reward",
                      stages.model("sft", rewardSize),
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
          crew.start(() -> stages.pretrain(size, web, tokenizer), List.of(start.get(rewardSize)));
        }
      }

      // 4. PPO and PPO-ptx from their own starting point (step 3), and DPO from the SFT model. The
      // largest first: a long piece that comes last would leave the other workers idle.
      List<BottleConfig.Size> largestFirst = new ArrayList<>(config.alignedSizes());
      Collections.reverse(largestFirst);
      for (BottleConfig.Size size : largestFirst) {
        Path judge = stages.model("reward", rewardSize);
        PpoConfig plain = config.ppo().withEpisodes(size.episodes());
        PpoConfig mixed = plain.withPtxCoefficient(config.ptxCoefficient());
        crew.start(
            () -> stages.ppo("ppo-ptx", size, judge, ppoPrompts, ptxWeb, mixed),
            List.of(rewarded, start.get(size)));
        crew.start(
            () -> stages.ppo("ppo", size, judge, ppoPrompts, null, plain),
            List.of(rewarded, start.get(size)));
        CompletableFuture<Void> selected =
            crew.start(() -> stages.select(size, rewardSize), List.of(rewarded));
        crew.start(() -> stages.dpo(size), List.of(selected));
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
      policies.add(Policy.load("SFT", size.label(), stages.model("sft", size), config.precision()));
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
        Policy.load("PPO", size.label(), stages.model("ppo-first", size), config.precision())) {
      labels.rankAgain(policy);
    }
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

  Stages stages() {
    return stages;
  }

  World world() {
    return world;
  }

  LabelerPool pool() {
    return labels.pool();
  }

  private static void say(String format, Object... args) {
    System.err.printf(format + "%n", args);
  }
}
