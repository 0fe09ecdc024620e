package io.rlhf4j.stage;

import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.Prompt;
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
import io.rlhf4j.train.OptimizerConfig;
import io.rlhf4j.train.PpoConfig;
import io.rlhf4j.train.PpoTrainer;
import io.rlhf4j.train.RewardConfig;
import io.rlhf4j.train.WhenRunExists;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that plans a PPO run, does it and prints both figures: {@code planned BYTES} and {@code
 * measured BYTES}, the latter its largest resident set as Linux counts it.
 */
final class MeasuredPpo {
  private static final int POSITIONS = 256;

  private MeasuredPpo() {}

  /** Arguments: the folder that {@link #prepare} filled, micro-batch size, iterations. */
  public static void main(String[] args) throws Exception {
    Path work = Path.of(args[0]);
    int micro = Integer.parseInt(args[1]);
    int iterations = Integer.parseInt(args[2]);
    PpoStage.Job job = job(work, micro, iterations, OptimizerConfig.paper(1e-5));
    MemoryPlan plan = MemoryPlan.of(job);
    plan.items().forEach(item -> System.out.println(item.what() + " " + (item.bytes() >> 20)));
    PpoStage.run(job, "", WhenRunExists.OVERWRITE, PpoTrainer.Observer.NONE);
    System.out.println("planned " + plan.total());
    System.out.println("measured " + largestResidentSet());
  }

  /** A job on the models of {@link #prepare}, with prompts of its own. */
  static PpoStage.Job job(Path work, int micro, int iterations, OptimizerConfig optimizer) {
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      prompts.add(Prompt.plain("p" + i, "the sea ".repeat(20 + i % 20)));
    }
    DataFiles.writePrompts(work.resolve("prompts.jsonl"), prompts);
    int batch = 2 * micro;
    PpoConfig training =
        new PpoConfig(
            iterations * batch,
            batch,
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
            0.9,
            new CheckpointConfig(0, 1),
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
          ModelConfig.gpt2(tokenizer.vocabularySize(), width, layers, width / 64, POSITIONS)
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
