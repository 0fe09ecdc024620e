package io.rlhf4j.train;

/**
 * Supervised fine-tuning on demonstrations (paper, App. C.1).
 *
 * @param epochs passes over the demonstrations (the paper: 16; 2 for the PPO starting point)
 * @param batchSize demonstrations per step
 * @param microBatchSize demonstrations per forward pass
 * @param maxLength longest prompt + completion in tokens
 * @param packing several demonstrations per row, without attention between them
 * @param completionOnly loss on the completion only; otherwise on the prompt as well
 * @param residualDropout the paper has 0.2
 * @param pretrainShare share of a step's rows that are pretraining text, each as long as the
 *     average demonstration, and their share of the loss (the PPO starting point: 0.1)
 * @param warmupSteps the paper has none
 * @param floor the cosine ends at this share of the peak rate (the paper: 0.1)
 */
public record SftConfig(
    int epochs,
    int batchSize,
    int microBatchSize,
    int maxLength,
    boolean packing,
    boolean completionOnly,
    double residualDropout,
    double pretrainShare,
    OptimizerConfig optimizer,
    int warmupSteps,
    double floor,
    CheckpointConfig checkpoints,
    int logEvery,
    long seed) {
  public SftConfig {
    Checks.require(epochs > 0, "epochs", "must be positive", epochs);
    Checks.require(batchSize > 0, "batch_size", "must be positive", batchSize);
    Checks.require(microBatchSize > 0, "micro_batch_size", "must be positive", microBatchSize);
    Checks.require(maxLength > 1, "max_length", "must be at least 2", maxLength);
    Checks.require(
        residualDropout >= 0 && residualDropout < 1,
        "residual_dropout",
        "must be in [0, 1)",
        residualDropout);
    Checks.require(
        pretrainShare >= 0 && pretrainShare < 1,
        "pretrain_share",
        "must be in [0, 1)",
        pretrainShare);
    Checks.require(warmupSteps >= 0, "warmup_steps", "must be at least 0", warmupSteps);
    Checks.require(floor >= 0 && floor <= 1, "floor", "must be in [0, 1]", floor);
    Checks.require(logEvery > 0, "log_every", "must be positive", logEvery);
  }

  /** The paper's setting for its 1.3B and 6B models. */
  public static SftConfig instructgpt() {
    return new SftConfig(
        16,
        32,
        32,
        2048,
        false,
        true,
        0.2,
        0,
        OptimizerConfig.paper(9.65e-6),
        0,
        0.1,
        CheckpointConfig.defaults(),
        10,
        42);
  }

  /** The same under another seed. */
  public SftConfig withSeed(long newSeed) {
    return new SftConfig(
        epochs,
        batchSize,
        microBatchSize,
        maxLength,
        packing,
        completionOnly,
        residualDropout,
        pretrainShare,
        optimizer,
        warmupSteps,
        floor,
        checkpoints,
        logEvery,
        newSeed);
  }
}
