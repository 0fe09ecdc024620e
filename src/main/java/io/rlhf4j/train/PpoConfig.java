package io.rlhf4j.train;

import org.jspecify.annotations.Nullable;

/**
 * PPO and PPO-ptx (paper, section 3.5 and App. C.4).
 *
 * @param episodes completions sampled in all (the paper: 256,000)
 * @param batchSize episodes per iteration (512)
 * @param samplesPerPrompt completions of the same prompt that follow one another in a batch; they
 *     share its computation (1; {@code num_generations} of others)
 * @param minibatchSize episodes per optimizer step (64)
 * @param microBatchSize episodes per forward pass
 * @param innerEpochs passes over an iteration's episodes (1)
 * @param maxNewTokens longest completion
 * @param temperature of the rollouts (1)
 * @param reward how scores become per-token rewards
 * @param kl the tie to the starting policy
 * @param clip range of the probability ratio (0.2)
 * @param valueClip range of the value's change (0.2)
 * @param gamma discount (1: none)
 * @param lambda of generalised advantage estimation (0.95, as in lm-human-preferences)
 * @param whitenRewards divide each batch's rewards by their deviation, mean kept
 * @param whitenAdvantages shift and scale each minibatch's advantages to mean 0, deviation 1
 * @param ptx pretraining gradients; coefficient 0 = plain PPO
 * @param warmupIterations rate rises from a tenth over the first iterations (10), then constant;
 *     the policy's over the first ones in which it learns
 * @param criticWarmupIterations iterations in which only the value model learns
 * @param floor after the warm-up the rates fall in a straight line to this share of their peak; 1 =
 *     they stay (the paper), 0 = as Huang et al.
 * @param ema decay of the averaged weights (0.992); 0 = no averaging
 */
public record PpoConfig(
    int episodes,
    int batchSize,
    int samplesPerPrompt,
    int minibatchSize,
    int microBatchSize,
    int innerEpochs,
    int maxNewTokens,
    double temperature,
    RewardShape reward,
    Kl kl,
    double clip,
    double valueClip,
    double gamma,
    double lambda,
    boolean whitenRewards,
    boolean whitenAdvantages,
    Ptx ptx,
    OptimizerConfig policyOptimizer,
    OptimizerConfig valueOptimizer,
    int warmupIterations,
    int criticWarmupIterations,
    double floor,
    double ema,
    CheckpointConfig checkpoints,
    int logEvery,
    long seed) {

  /**
   * @param missingEosPenalty subtracted from the score of a completion that did not end by itself;
   *     null = the score stays
   * @param scoreClip scores are kept within +- this; 0 = not clipped
   * @param missingEosScore the score of every completion that did not end by itself, whatever the
   *     reward model says of it (it never saw such texts); null = the reward model's
   * @param dense whether a token is paid what it contributes to the score by its likelihood when it
   *     is written, in place of at the end; the sum is the same. For reward models trained with a
   *     likelihood weight
   */
  public record RewardShape(
      @Nullable Double missingEosPenalty,
      double scoreClip,
      @Nullable Double missingEosScore,
      boolean dense) {
    public RewardShape {
      Checks.require(
          missingEosPenalty == null || missingEosPenalty >= 0,
          "reward.missing_eos_penalty",
          "must be at least 0",
          String.valueOf(missingEosPenalty));
      Checks.require(
          scoreClip >= 0, "reward.score_clip", "must be at least 0 (0 = off)", scoreClip);
    }
  }

  /**
   * @param coefficient beta: per-token KL penalty (0.02); with a target, its starting value
   * @param target KL per completion in nats that an adaptive beta aims at; null = fixed beta
   * @param horizon episodes over which the adaptive beta reacts (10,000)
   * @param ceiling KL per completion in nats above which the run stops; 0 = none
   */
  public record Kl(double coefficient, @Nullable Double target, int horizon, double ceiling) {
    public Kl {
      Checks.require(coefficient >= 0, "kl.coefficient", "must be at least 0", coefficient);
      Checks.require(
          target == null || target > 0, "kl.target", "must be positive", String.valueOf(target));
      Checks.require(horizon > 0, "kl.horizon", "must be positive", horizon);
      Checks.require(ceiling >= 0, "kl.ceiling", "must be at least 0 (0 = none)", ceiling);
    }
  }

  /**
   * @param coefficient factor on the pretraining loss, a mean over tokens (27.8); 0 = plain PPO
   * @param ratio pretraining examples per episode (8)
   * @param contextLength tokens per pretraining example
   */
  public record Ptx(double coefficient, double ratio, int contextLength) {
    public Ptx {
      Checks.require(
          coefficient >= 0, "ptx.coefficient", "must be at least 0 (0 = off)", coefficient);
      Checks.require(ratio > 0, "ptx.ratio", "must be positive", ratio);
      Checks.require(contextLength > 1, "ptx.context_length", "must be at least 2", contextLength);
    }
  }

  public PpoConfig {
    Checks.require(episodes > 0, "episodes", "must be positive", episodes);
    Checks.require(batchSize > 0, "batch_size", "must be positive", batchSize);
    Checks.require(
        samplesPerPrompt > 0 && batchSize % samplesPerPrompt == 0,
        "samples_per_prompt",
        "must divide batch_size " + batchSize,
        samplesPerPrompt);
    Checks.require(
        minibatchSize > 0 && batchSize % minibatchSize == 0,
        "minibatch_size",
        "must divide batch_size " + batchSize,
        minibatchSize);
    Checks.require(
        episodes >= batchSize, "episodes", "must be at least batch_size " + batchSize, episodes);
    Checks.require(microBatchSize > 0, "micro_batch_size", "must be positive", microBatchSize);
    Checks.require(innerEpochs > 0, "inner_epochs", "must be positive", innerEpochs);
    Checks.require(maxNewTokens > 0, "max_new_tokens", "must be positive", maxNewTokens);
    Checks.require(temperature > 0, "temperature", "must be positive", temperature);
    Checks.require(clip > 0 && clip < 1, "clip", "must be in (0, 1)", clip);
    Checks.require(valueClip > 0, "value_clip", "must be positive", valueClip);
    Checks.require(gamma > 0 && gamma <= 1, "gamma", "must be in (0, 1]", gamma);
    Checks.require(lambda >= 0 && lambda <= 1, "lambda", "must be in [0, 1]", lambda);
    Checks.require(
        warmupIterations >= 0, "warmup_iterations", "must be at least 0", warmupIterations);
    Checks.require(
        criticWarmupIterations >= 0,
        "critic_warmup_iterations",
        "must be at least 0",
        criticWarmupIterations);
    Checks.require(floor >= 0 && floor <= 1, "floor", "must be in [0, 1]", floor);
    Checks.require(
        floor == 1
            || warmupIterations <= Math.max(0, episodes / batchSize - criticWarmupIterations),
        "warmup_iterations",
        "must be at most the iterations in which the policy learns, or floor must be 1",
        warmupIterations);
    Checks.require(ema >= 0 && ema < 1, "ema", "must be in [0, 1)", ema);
    Checks.require(logEvery > 0, "log_every", "must be positive", logEvery);
  }

  /** The same with another ptx coefficient; 0 = plain PPO. */
  public PpoConfig withPtxCoefficient(double coefficient) {
    return with(episodes, new Ptx(coefficient, ptx.ratio(), ptx.contextLength()), seed);
  }

  /** The same with more or fewer episodes. */
  public PpoConfig withEpisodes(int number) {
    return with(number, ptx, seed);
  }

  /** The same under another seed. */
  public PpoConfig withSeed(long newSeed) {
    return with(episodes, ptx, newSeed);
  }

  /** Iterations of sampling and optimizing. */
  public int iterations() {
    return episodes / batchSize;
  }

  /** The paper's numbers; where it gives a range (the policy's rate), its lower middle. */
  public static PpoConfig instructgpt() {
    return new PpoConfig(
        256_000,
        512,
        1,
        64,
        64,
        1,
        1024,
        1,
        new RewardShape(null, 0, null, false),
        new Kl(0.02, null, 10_000, 0),
        0.2,
        0.2,
        1,
        0.95,
        false,
        true,
        new Ptx(27.8, 8, 2048),
        new OptimizerConfig(8.05e-6, 0.9, 0.95, 1e-8, AdamW.EpsilonForm.TENSORFLOW, 0, 0),
        new OptimizerConfig(9e-6, 0.9, 0.95, 1e-8, AdamW.EpsilonForm.TENSORFLOW, 0, 0),
        10,
        0,
        1,
        0.992,
        CheckpointConfig.defaults(),
        1,
        42);
  }

  private PpoConfig with(int newEpisodes, Ptx newPtx, long newSeed) {
    return new PpoConfig(
        newEpisodes,
        batchSize,
        samplesPerPrompt,
        minibatchSize,
        microBatchSize,
        innerEpochs,
        maxNewTokens,
        temperature,
        reward,
        kl,
        clip,
        valueClip,
        gamma,
        lambda,
        whitenRewards,
        whitenAdvantages,
        newPtx,
        policyOptimizer,
        valueOptimizer,
        warmupIterations,
        criticWarmupIterations,
        floor,
        ema,
        checkpoints,
        logEvery,
        newSeed);
  }
}
