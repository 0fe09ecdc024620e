package io.rlhf4j.train;

/**
 * Reward-model training on rankings (paper, section 3.5 and App. C.2).
 *
 * @param epochs the paper has 1: more overfit
 * @param batchSize rankings (prompts) per step, each with all its pairs (the paper: 64)
 * @param microBatchSize completions per forward pass
 * @param maxLength longest prompt + completion in tokens
 * @param objective pairs (the paper) or the whole order at once
 * @param readout where the score is read
 * @param likelihoodWeight score per nat of a completion's mean log-probability under the reward
 *     model's own language head, which is then trained too and added to what is read; 0 = what is
 *     read alone (the paper)
 * @param floor the cosine ends at this share of the peak rate (the paper: 0.1)
 */
public record RewardConfig(
    int epochs,
    int batchSize,
    int microBatchSize,
    int maxLength,
    Objective objective,
    Readout readout,
    double likelihoodWeight,
    OptimizerConfig optimizer,
    int warmupSteps,
    double floor,
    CheckpointConfig checkpoints,
    int logEvery,
    long seed) {
  /** What the scores are fitted to. */
  public enum Objective {
    /** -log sigmoid of every pair's difference, weight 1 / C(K, 2); ties dropped. */
    PAIRWISE,
    /** Plackett-Luce likelihood of the ranking. */
    PLACKETT_LUCE
  }

  /** Which position's output is the score. */
  public enum Readout {
    /** The last token of the completion. */
    LAST_TOKEN,
    /** A {@code <|reward|>} token appended to the completion. */
    REWARD_TOKEN
  }

  public RewardConfig {
    Checks.require(epochs > 0, "epochs", "must be positive", epochs);
    Checks.require(batchSize > 0, "batch_size", "must be positive", batchSize);
    Checks.require(microBatchSize > 0, "micro_batch_size", "must be positive", microBatchSize);
    Checks.require(maxLength > 1, "max_length", "must be at least 2", maxLength);
    Checks.require(
        likelihoodWeight >= 0 && Double.isFinite(likelihoodWeight),
        "likelihood_weight",
        "must be finite and at least 0 (0 = off)",
        likelihoodWeight);
    Checks.require(warmupSteps >= 0, "warmup_steps", "must be at least 0", warmupSteps);
    Checks.require(floor >= 0 && floor <= 1, "floor", "must be in [0, 1]", floor);
    Checks.require(logEvery > 0, "log_every", "must be positive", logEvery);
  }

  /** The paper's 6B reward model. */
  public static RewardConfig instructgpt() {
    return new RewardConfig(
        1,
        64,
        64,
        2048,
        Objective.PAIRWISE,
        Readout.LAST_TOKEN,
        0,
        OptimizerConfig.paper(9e-6),
        0,
        0.1,
        CheckpointConfig.defaults(),
        10,
        42);
  }

  /** The same under another seed. */
  public RewardConfig withSeed(long newSeed) {
    return with(epochs, newSeed);
  }

  /** The same with more or fewer passes over the rankings. */
  public RewardConfig withEpochs(int number) {
    return with(number, seed);
  }

  private RewardConfig with(int newEpochs, long newSeed) {
    return new RewardConfig(
        newEpochs,
        batchSize,
        microBatchSize,
        maxLength,
        objective,
        readout,
        likelihoodWeight,
        optimizer,
        warmupSteps,
        floor,
        checkpoints,
        logEvery,
        newSeed);
  }
}
