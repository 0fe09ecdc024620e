package io.rlhf4j.stage;

import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.Demonstration;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.model.Family;
import io.rlhf4j.model.Initialization;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.BpeTrainer;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.CheckpointConfig;
import io.rlhf4j.train.DpoConfig;
import io.rlhf4j.train.LanguageConfig;
import io.rlhf4j.train.LoraConfig;
import io.rlhf4j.train.OptimizerConfig;
import io.rlhf4j.train.PpoConfig;
import io.rlhf4j.train.PpoTrainer;
import io.rlhf4j.train.RewardConfig;
import io.rlhf4j.train.SftConfig;
import io.rlhf4j.train.WhenRunExists;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that plans a stage, runs it and prints both figures: {@code planned BYTES} and {@code
 * measured BYTES}, the latter its largest resident set as Linux counts it.
 */
final class MeasuredRun {
  private static final int POSITIONS = 256;

  /** The models', of which the tokenizer's is a part: logits weigh as much as in earnest. */
  private static final int VOCABULARY = 8192;

  private static final OptimizerConfig OPTIMIZER = OptimizerConfig.paper(1e-5);
  private static final LoraConfig ADAPTER = LoraConfig.off().withRank(16);
  private static final CheckpointConfig NO_CHECKPOINTS = new CheckpointConfig(0, 1);

  private MeasuredRun() {}

  /** Arguments: the folder that {@link #prepare} filled, and the stage. */
  public static void main(String[] args) throws Exception {
    Path work = Path.of(args[0]);
    switch (args[1]) {
      case "pretrain" -> {
        PretrainStage.Job job = pretrain(work);
        say(MemoryPlan.of(job));
        PretrainStage.run(job, "", WhenRunExists.OVERWRITE);
      }
      case "pretrain, recomputing" -> {
        PretrainStage.Job job = pretrain(work);
        PretrainStage.Job recomputing =
            new PretrainStage.Job(
                job.text(),
                job.tokenizer(),
                job.vocabulary(),
                job.model(),
                job.precision(),
                true,
                job.output(),
                job.training());
        say(MemoryPlan.of(recomputing));
        PretrainStage.run(recomputing, "", WhenRunExists.OVERWRITE);
      }
      case "sft, lora" -> {
        SftStage.Job job = withAdapter(sft(work, 0));
        say(MemoryPlan.of(job));
        SftStage.run(job, "", WhenRunExists.OVERWRITE);
      }
      case "ppo, lora" -> {
        PpoStage.Job job = withAdapter(job(work, 16, 1, OPTIMIZER));
        say(MemoryPlan.of(job));
        PpoStage.run(job, "", WhenRunExists.OVERWRITE, PpoTrainer.Observer.NONE);
      }
      case "sft" -> {
        SftStage.Job job = sft(work, 0);
        say(MemoryPlan.of(job));
        SftStage.run(job, "", WhenRunExists.OVERWRITE);
      }
      case "reward" -> {
        RewardStage.Job job = reward(work);
        say(MemoryPlan.of(job));
        RewardStage.run(job, "", WhenRunExists.OVERWRITE);
      }
      case "ppo" -> {
        PpoStage.Job job = job(work, 16, 1, OPTIMIZER);
        say(MemoryPlan.of(job));
        PpoStage.run(job, "", WhenRunExists.OVERWRITE, PpoTrainer.Observer.NONE);
      }
      case "ppo, four samples of a prompt" -> {
        PpoStage.Job job = job(work, 16, 1, OPTIMIZER, 4);
        say(MemoryPlan.of(job));
        PpoStage.run(job, "", WhenRunExists.OVERWRITE, PpoTrainer.Observer.NONE);
      }
      case "dpo" -> {
        DpoStage.Job job = dpo(work);
        say(MemoryPlan.of(job));
        DpoStage.run(job, "", WhenRunExists.OVERWRITE);
      }
      default -> throw new IllegalArgumentException(args[1]);
    }
    System.out.println("measured " + largestResidentSet());
  }

  private static void say(MemoryPlan plan) {
    plan.items().forEach(item -> System.out.println(item.what() + " " + (item.bytes() >> 20)));
    System.out.println("planned " + plan.total());
  }

  /** Two steps of 8 rows of 256 tokens. */
  static PretrainStage.Job pretrain(Path work) {
    write(work.resolve("text.txt"), "the sea the wind and the rain ".repeat(2000));
    return new PretrainStage.Job(
        work.resolve("text.txt"),
        work.resolve("model"),
        300,
        new PretrainStage.Shape(Family.GPT2, 640, 4, 10, POSITIONS, 0.02),
        Precision.best(),
        work.resolve("run"),
        new LanguageConfig(2, 8, 8, POSITIONS, OPTIMIZER, 0, 0.1, NO_CHECKPOINTS, 1, 7));
  }

  /** Two steps of 16 demonstrations with dropout. */
  static SftStage.Job sft(Path work, double pretrainShare) {
    List<Demonstration> demonstrations = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      demonstrations.add(new Demonstration(prompt(i), "the wind ".repeat(24), "a"));
    }
    DataFiles.writeDemonstrations(work.resolve("demonstrations.jsonl"), demonstrations);
    return new SftStage.Job(
        work.resolve("model"),
        work.resolve("demonstrations.jsonl"),
        null,
        null,
        PromptStyle.PLAIN,
        Precision.best(),
        false,
        work.resolve("run"),
        new SftConfig(
            1,
            16,
            16,
            POSITIONS,
            false,
            true,
            0.2,
            pretrainShare,
            OPTIMIZER,
            0,
            0.1,
            NO_CHECKPOINTS,
            1,
            7));
  }

  private static SftStage.Job withAdapter(SftStage.Job job) {
    return new SftStage.Job(
        job.model(),
        job.demonstrations(),
        null,
        null,
        job.format(),
        job.precision(),
        false,
        false,
        ADAPTER,
        job.output(),
        job.training());
  }

  static PpoStage.Job withAdapter(PpoStage.Job job) {
    return new PpoStage.Job(
        job.model(),
        job.reward(),
        job.value(),
        job.prompts(),
        null,
        job.format(),
        job.precision(),
        false,
        ADAPTER,
        job.output(),
        job.training());
  }

  /** Two steps of 4 rankings of 4 completions. */
  static RewardStage.Job reward(Path work) {
    List<Ranking> rankings = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      List<String> completions = new ArrayList<>();
      for (int k = 0; k < 4; k++) {
        completions.add("the rain ".repeat(12 + k));
      }
      rankings.add(Ranking.of(prompt(i), completions, List.of(1, 2, 3, 4), "a"));
    }
    DataFiles.writeRankings(work.resolve("rankings.jsonl"), rankings);
    return new RewardStage.Job(
        work.resolve("model"),
        work.resolve("rankings.jsonl"),
        null,
        PromptStyle.PLAIN,
        Precision.best(),
        work.resolve("run"),
        new RewardConfig(
            1,
            4,
            16,
            POSITIONS,
            RewardConfig.Objective.PAIRWISE,
            RewardConfig.Readout.LAST_TOKEN,
            0,
            OPTIMIZER,
            0,
            0.1,
            NO_CHECKPOINTS,
            1,
            7));
  }

  /** Two steps of 16 comparisons. */
  static DpoStage.Job dpo(Path work) {
    List<Ranking> comparisons = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      List<String> both = List.of("the rain ".repeat(16), "and wind ".repeat(12));
      comparisons.add(Ranking.of(prompt(i), both, List.of(1, 2), "a"));
    }
    DataFiles.writeRankings(work.resolve("comparisons.jsonl"), comparisons);
    return new DpoStage.Job(
        work.resolve("model"),
        work.resolve("comparisons.jsonl"),
        PromptStyle.PLAIN,
        Precision.best(),
        work.resolve("run"),
        new DpoConfig(1, 16, 16, POSITIONS, 0.1, 0, OPTIMIZER, 0, 0.1, NO_CHECKPOINTS, 1, 7));
  }

  private static Prompt prompt(int i) {
    return Prompt.plain("p" + i, "the sea ".repeat(20 + i % 20));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** PPO on the models of {@link #prepare}, with prompts of its own. */
  static PpoStage.Job job(Path work, int micro, int iterations, OptimizerConfig optimizer) {
    return job(work, micro, iterations, optimizer, 1);
  }

  private static PpoStage.Job job(
      Path work, int micro, int iterations, OptimizerConfig optimizer, int samplesPerPrompt) {
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      prompts.add(prompt(i));
    }
    DataFiles.writePrompts(work.resolve("prompts.jsonl"), prompts);
    int batch = 2 * micro;
    PpoConfig training =
        new PpoConfig(
            iterations * batch,
            batch,
            samplesPerPrompt,
            micro,
            micro,
            1,
            48,
            1,
            new PpoConfig.RewardShape(1.0, 0, null, false),
            new PpoConfig.Kl(0.05, null, 100, 0),
            0.2,
            0.2,
            1,
            0.95,
            false,
            true,
            new PpoConfig.Ptx(0, 1, 12),
            optimizer,
            optimizer,
            1,
            0,
            1,
            0.9,
            NO_CHECKPOINTS,
            1,
            7);
    return new PpoStage.Job(
        work.resolve("model"),
        work.resolve("reward"),
        work.resolve("prompts.jsonl"),
        null,
        PromptStyle.PLAIN,
        Precision.best(),
        work.resolve("run"),
        training);
  }

  /** Writes a GPT-2 type policy and a reward model of its size. */
  static void prepare(Path work, int width, int layers) {
    BpeTrainer trainer = new BpeTrainer(BpeTrainer.SMALLEST_VOCABULARY + 20, 2);
    trainer.add("weather sun sea rain wind the and weather sun sea rain wind the and");
    trainer.train().saveTo(work.resolve("vocabulary"), POSITIONS);
    try (Tokenizer tokenizer = Tokenizer.load(work.resolve("vocabulary"))) {
      ModelConfig config =
          ModelConfig.gpt2(VOCABULARY, width, layers, width / 64, POSITIONS)
              .withTokens(tokenizer.eosId(), List.of(tokenizer.eosId()), tokenizer.padId());
      try (Transformer model = Transformer.fresh(config, Precision.FLOAT32, 1)) {
        ModelFolder.write(work.resolve("model"), model);
        tokenizer.saveTo(work.resolve("model"));
      }
      try (Transformer scalar = Transformer.scalar(config, Precision.FLOAT32, true)) {
        Initialization.gpt2(scalar, 2);
        Initialization.scalarHead(scalar, 2);
        RewardModel reward = new RewardModel(scalar, -1, tokenizer.padId());
        ScalarFolder.write(
            work.resolve("reward"), reward, tokenizer, RewardConfig.Readout.LAST_TOKEN);
      }
    }
  }

  private static long largestResidentSet() throws Exception {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(l -> l.startsWith("VmHWM:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D+", "")) << 10;
  }
}
