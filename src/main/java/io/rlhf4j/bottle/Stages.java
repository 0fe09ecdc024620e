package io.rlhf4j.bottle;

import io.rlhf4j.data.Split;
import io.rlhf4j.sim.Prompts;
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
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Every stage with its settings, its files and its folder; what is finished is not done again. */
final class Stages {
  private final BottleConfig config;
  private final Path root;
  private final World world;
  private final Prompts prompts;
  private final LabelFiles labels;
  private final String configAsRead;
  private final WhenRunExists whenThere;
  private final Map<String, StageResult> results = new ConcurrentHashMap<>();

  Stages(
      BottleConfig config,
      Path root,
      World world,
      LabelFiles labels,
      String configAsRead,
      WhenRunExists whenThere) {
    this.config = config;
    this.root = root;
    this.world = world;
    this.prompts = new Prompts(world);
    this.labels = labels;
    this.configAsRead = configAsRead;
    this.whenThere = whenThere;
  }

  void pretrain(BottleConfig.Size size, Path web, Path tokenizer) {
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

  void reward(String name, Path start, Path rankings, Path demonstrations, RewardConfig training) {
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
  void select(BottleConfig.Size size, BottleConfig.Size rewardSize) {
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

  void dpo(BottleConfig.Size size) {
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

  void sft(
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

  void ppo(
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

  /** Runs a stage unless it is finished. */
  private void step(Path output, Function<WhenRunExists, StageResult> stage) {
    Optional<StageResult> done =
        whenThere == WhenRunExists.RESUME ? StageResult.ofFinished(output) : Optional.empty();
    StageResult result = done.orElseGet(() -> stage.apply(whenThere));
    results.put(root.relativize(output).toString(), result);
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
}
