package io.rlhf4j.stage;

import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.InputException;
import io.rlhf4j.model.Footprint;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.ModelConfigReader;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.OptimizerConfig;
import io.rlhf4j.train.PpoConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a stage will hold in memory at once, computed from shapes and data before a model is loaded.
 *
 * @param items in the order in which they are told; their sum is the resident set to expect
 */
public record MemoryPlan(List<Item> items) {
  /**
   * The process without a model: Java, its heap in use, libtorch's and oneDNN's code and their work
   * space, as measured.
   */
  static final long PROCESS = 490L << 20;

  /**
   * Share of everything else that the allocator keeps in gaps and for reuse under the launcher's
   * settings: runs of one configuration lie up to 15% apart, and this is their middle.
   */
  static final double KEPT = 0.35;

  /**
   * @param what such as "policy: weights"
   * @param why the formula in words
   */
  public record Item(String what, String why, long bytes) {}

  public MemoryPlan {
    items = List.copyOf(items);
  }

  /** The sum. */
  public long total() {
    return items.stream().mapToLong(Item::bytes).sum();
  }

  /**
   * PPO and PPO-ptx.
   *
   * @throws InputException when a file is missing or no prompt fits
   */
  public static MemoryPlan of(PpoStage.Job job) {
    PpoConfig training = job.training();
    Footprint policy = footprint(job.model(), job, false);
    Footprint value = footprint(job.reward(), job, true);
    Lengths lengths = lengths(job, policy.config());
    long longest = lengths.longest + training.maxNewTokens();
    long rows = Math.min(training.microBatchSize(), training.minibatchSize());
    // Micro-batches are packed: rows as long as the longest sample, as many as the tokens fill.
    long packed =
        Math.max(1, (long) Math.ceil(rows * (lengths.mean + training.maxNewTokens()) / longest));
    List<Item> items = new ArrayList<>();
    trained(items, "policy", policy, training.policyOptimizer());
    if (training.ema() > 0) {
      items.add(new Item("policy: average", "float32, for ema > 0", policy.weights()));
    }
    items.add(new Item("reference: weights", "float32", policy.weights()));
    trained(items, "value", value, training.valueOptimizer());
    items.add(new Item("reward: weights", "float32", value.weights()));
    long generation = policy.keyValueCache(training.batchSize(), longest) + policy.castWeights();
    long learning =
        Math.max(
            policy.castWeights()
                + policy.activations(packed, longest)
                + policy.logits(rows * training.maxNewTokens()),
            value.castWeights() + value.activations(packed, longest));
    if (training.ptx().coefficient() > 0) {
      long length = training.ptx().contextLength();
      long text = policy.activations(rows, length) + policy.logits(rows * length) / 2;
      learning = Math.max(learning, policy.castWeights() + text);
    }
    items.add(
        new Item(
            "a step at its widest",
            generation > learning
                ? "keys and values of %d rows of %d tokens".formatted(training.batchSize(), longest)
                : "activations and logits of %d samples of up to %d tokens"
                    .formatted(rows, longest),
            Math.max(generation, learning)));
    long asked = items.stream().mapToLong(Item::bytes).sum();
    items.add(0, new Item("process", "Java, libtorch and their work space", PROCESS));
    items.add(
        new Item(
            "allocator",
            "gaps, and freed memory kept for reuse: %.0f%% of the parts above"
                .formatted(100 * KEPT),
            Math.round(KEPT * asked)));
    return new MemoryPlan(items);
  }

  private static void trained(
      List<Item> items, String name, Footprint model, OptimizerConfig optimizer) {
    items.add(new Item(name + ": weights", "float32", model.weights()));
    items.add(new Item(name + ": gradients", "float32", model.gradients()));
    items.add(new Item(name + ": optimizer", "two moments in float32", model.optimizer()));
    if (optimizer.muonLearningRate() > 0) {
      items.add(new Item(name + ": momentum", "float32, for Muon", model.weights()));
    }
  }

  private static Footprint footprint(Path folder, PpoStage.Job job, boolean scalar) {
    ModelConfig config = ModelConfigReader.read(folder);
    return new Footprint(config, job.precision(), scalar);
  }

  /** Lengths of the prompts that will be used, in tokens. */
  private record Lengths(long longest, double mean) {}

  private static Lengths lengths(PpoStage.Job job, ModelConfig config) {
    try (Tokenizer tokenizer = Tokenizer.load(job.model())) {
      Texts texts = new Texts(PromptFormat.of(job.format(), tokenizer), config.maxPositions());
      List<int[]> prompts =
          texts
              .prompts(DatasetReader.readPrompts(job.prompts()), job.training().maxNewTokens() + 1)
              .orFail("prompt", config.maxPositions());
      return new Lengths(
          prompts.stream().mapToInt(p -> p.length).max().orElse(0),
          prompts.stream().mapToInt(p -> p.length).average().orElse(0));
    }
  }
}
