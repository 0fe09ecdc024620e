package io.rlhf4j.stage;

import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.InputException;
import io.rlhf4j.model.Footprint;
import io.rlhf4j.model.Heads;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.LoraConfig;
import io.rlhf4j.train.PpoConfig;
import java.nio.file.Path;
import java.util.List;

/** What PPO holds: four models, of which two learn. */
final class PpoMemory {
  /**
   * What the allocator keeps: sampling, scoring and learning leave blocks that do not fit each
   * other. Runs of one configuration lie up to 15% apart, and this is their middle.
   */
  private static final double KEPT = 0.2;

  private PpoMemory() {}

  static MemoryPlan plan(PpoStage.Job job) {
    PpoConfig training = job.training();
    Footprint policy =
        MemoryParts.learner(
            job.model(), job.precision(), Heads.LANGUAGE, job.lora(), job.gradientCheckpointing());
    Footprint value = scalar(job, job.valueStart());
    boolean ptx = training.ptx().coefficient() > 0;
    int positions = policy.config().maxPositions();
    if (ptx && training.ptx().contextLength() > positions) {
      throw new InputException(
          "training.ptx.context_length must be at most the model's "
              + positions
              + " positions, was "
              + training.ptx().contextLength()
              + "; lower it");
    }
    Lengths lengths = lengths(job, policy.config());
    long longest = lengths.longest + training.maxNewTokens();
    long rows = Math.min(training.microBatchSize(), training.minibatchSize());
    // Micro-batches are packed: rows as long as the longest prompt with its samples, but no longer
    // than two samples, and as many as the tokens fill.
    long samples = training.samplesPerPrompt();
    long row = Math.min(2 * longest, lengths.longest + samples * training.maxNewTokens());
    double mean = lengths.mean / samples + training.maxNewTokens();
    long length = Shape.stepped(row);
    long packed = Math.max(1, (long) Math.ceil(rows * mean / length));
    MemoryParts parts = new MemoryParts();
    parts.trained("policy", policy, training.policyOptimizer());
    if (training.ema() > 0) {
      parts.add("policy: average", "float32, for ema > 0", policy.trainedWeights());
    }
    if (!job.lora().on()) { // else the policy without its adapter
      parts.read("reference", policy);
    }
    parts.trained("value", value, training.valueOptimizer());
    parts.read("reward", scalar(job, job.reward()));
    parts.atItsWidest(
        "keys and values of %d rows of %d tokens, and packed matrices"
            .formatted(training.batchSize(), longest),
        policy.keyValueCache(training.batchSize(), longest) + policy.packedWeights());
    parts.atItsWidest(
        "activations and loss of %d samples of up to %d tokens".formatted(rows, longest),
        Math.max(
            policy.castWeights()
                + policy.activations(packed, length)
                + policy.lmLoss(rows * training.maxNewTokens()),
            value.castWeights() + value.activations(packed, length)));
    if (ptx) {
      long context = training.ptx().contextLength();
      parts.atItsWidest(
          "activations of %d pretraining examples of %d tokens".formatted(rows, context),
          policy.castWeights() + policy.activations(rows, context) + policy.lmLoss(rows * context));
    }
    return parts.plan(KEPT);
  }

  private static Footprint scalar(PpoStage.Job job, Path folder) {
    return MemoryParts.learner(
        folder, job.precision(), Heads.SCALAR, LoraConfig.off(), job.gradientCheckpointing());
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
