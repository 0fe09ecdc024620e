package io.rlhf4j.train;

/**
 * Direct preference optimization (Rafailov et al. 2023) on comparisons.
 *
 * @param epochs passes over the comparisons
 * @param batchSize comparisons per step
 * @param microBatchSize comparisons per forward pass (two rows each)
 * @param maxLength longest prompt + completion in tokens
 * @param beta strength of the tie to the reference
 * @param labelSmoothing share of comparisons assumed to be the wrong way round
 */
public record DpoConfig(
    int epochs,
    int batchSize,
    int microBatchSize,
    int maxLength,
    double beta,
    double labelSmoothing,
    OptimizerConfig optimizer,
    int warmupSteps,
    double floor,
    CheckpointConfig checkpoints,
    int logEvery,
    long seed) {
  public DpoConfig {
    Checks.require(epochs > 0, "epochs", "must be positive", epochs);
    Checks.require(batchSize > 0, "batch_size", "must be positive", batchSize);
    Checks.require(microBatchSize > 0, "micro_batch_size", "must be positive", microBatchSize);
    Checks.require(maxLength > 1, "max_length", "must be at least 2", maxLength);
    Checks.require(beta > 0, "beta", "must be positive", beta);
    Checks.require(
        labelSmoothing >= 0 && labelSmoothing < 0.5,
        "label_smoothing",
        "must be in [0, 0.5)",
        labelSmoothing);
    Checks.require(warmupSteps >= 0, "warmup_steps", "must be at least 0", warmupSteps);
    Checks.require(floor >= 0 && floor <= 1, "floor", "must be in [0, 1]", floor);
    Checks.require(logEvery > 0, "log_every", "must be positive", logEvery);
  }

  /** TRL's defaults. */
  public static DpoConfig defaults() {
    return new DpoConfig(
        1,
        32,
        32,
        1024,
        0.1,
        0,
        OptimizerConfig.paper(1e-6),
        0,
        0.1,
        CheckpointConfig.defaults(),
        10,
        42);
  }

  /** The same under another seed. */
  public DpoConfig withSeed(long newSeed) {
    return new DpoConfig(
        epochs,
        batchSize,
        microBatchSize,
        maxLength,
        beta,
        labelSmoothing,
        optimizer,
        warmupSteps,
        floor,
        checkpoints,
        logEvery,
        newSeed);
  }
}
