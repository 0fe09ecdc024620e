package io.rlhf4j.train;

/**
 * How a language model is trained on text, from scratch or further.
 *
 * @param steps optimizer steps
 * @param batchSize rows per step
 * @param microBatchSize rows per forward pass; gradients of a step are summed over them
 * @param contextLength tokens per row
 * @param warmupSteps linear warm-up before the cosine
 * @param floor the cosine ends at this share of the peak rate
 */
public record LanguageConfig(
    int steps,
    int batchSize,
    int microBatchSize,
    int contextLength,
    OptimizerConfig optimizer,
    int warmupSteps,
    double floor,
    CheckpointConfig checkpoints,
    int logEvery,
    long seed) {
  public LanguageConfig {
    Checks.require(steps > 0, "steps", "must be positive", steps);
    Checks.require(batchSize > 0, "batch_size", "must be positive", batchSize);
    Checks.require(microBatchSize > 0, "micro_batch_size", "must be positive", microBatchSize);
    Checks.require(contextLength > 1, "context_length", "must be at least 2", contextLength);
    Checks.require(warmupSteps >= 0, "warmup_steps", "must be at least 0", warmupSteps);
    Checks.require(floor >= 0 && floor <= 1, "floor", "must be in [0, 1]", floor);
    Checks.require(logEvery > 0, "log_every", "must be positive", logEvery);
  }

  /** A small model from scratch on some million tokens. */
  public static LanguageConfig defaults() {
    return new LanguageConfig(
        600,
        32,
        32,
        256,
        new OptimizerConfig(2e-3, 0.9, 0.95, 1e-8, AdamW.EpsilonForm.PYTORCH, 0.1, 1),
        30,
        0.1,
        CheckpointConfig.defaults(),
        10,
        42);
  }

  /** The same under another seed. */
  public LanguageConfig withSeed(long newSeed) {
    return new LanguageConfig(
        steps,
        batchSize,
        microBatchSize,
        contextLength,
        optimizer,
        warmupSteps,
        floor,
        checkpoints,
        logEvery,
        newSeed);
  }
}
