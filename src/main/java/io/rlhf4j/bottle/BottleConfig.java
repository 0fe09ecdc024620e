package io.rlhf4j.bottle;

import io.rlhf4j.data.InputException;
import io.rlhf4j.model.Family;
import io.rlhf4j.model.Precision;
import io.rlhf4j.stage.PretrainStage;
import io.rlhf4j.train.AdamW.EpsilonForm;
import io.rlhf4j.train.CheckpointConfig;
import io.rlhf4j.train.DpoConfig;
import io.rlhf4j.train.LanguageConfig;
import io.rlhf4j.train.OptimizerConfig;
import io.rlhf4j.train.PpoConfig;
import io.rlhf4j.train.RewardConfig;
import io.rlhf4j.train.SftConfig;
import java.util.List;

/**
 * How large the miniature is and how each stage is trained.
 *
 * @param sizes the models, smallest first; the reward model starts from {@code rewardSize}
 * @param rewardSize label of the size the reward model has (the paper: one of 6B for all policies)
 * @param ppo how every aligned size learns; its episodes are the size's own
 * @param firstPpo the policy of {@code rewardSize} that writes what is ranked in the second round
 */
public record BottleConfig(
    long seed,
    Data data,
    int vocabulary,
    List<Size> sizes,
    String rewardSize,
    Precision precision,
    SftConfig sft,
    SftConfig ppoInit,
    RewardConfig reward,
    PpoConfig firstPpo,
    PpoConfig ppo,
    double ptxCoefficient,
    DpoConfig dpo,
    Evaluation evaluation) {

  /**
   * @param webWords words of pretraining text
   * @param ptxWords words of it that the pretraining gradients draw from
   * @param demonstrations prompts with a labeler's answer
   * @param rankings prompts whose outputs are ranked, training and held-out
   * @param secondRound how many of them are ranked in a second round, whose outputs a first PPO
   *     policy wrote (the paper: most comparisons are of SFT policies, some of PPO policies)
   * @param rankedOutputs K, outputs per ranking, 4 to 9 in the paper
   * @param ppoPrompts prompts for PPO
   * @param trainingLabelers simulated people whose labels are trained on
   * @param heldOutLabelers simulated people who only judge
   */
  public record Data(
      long webWords,
      long ptxWords,
      int demonstrations,
      int rankings,
      int secondRound,
      int rankedOutputs,
      int ppoPrompts,
      int trainingLabelers,
      int heldOutLabelers) {
    public Data {
      if (rankedOutputs < 2 || rankedOutputs > 9) {
        throw new InputException("data.ranked_outputs must be in 2..9, was " + rankedOutputs);
      }
      if (secondRound < 1 || secondRound > rankings / 2) {
        throw new InputException(
            "data.second_round must be in 1.."
                + rankings / 2
                + ", half of the rankings, was "
                + secondRound);
      }
    }
  }

  /**
   * One model size and how it is pretrained.
   *
   * @param aligned whether it goes through SFT, PPO and DPO; else it is a base model only, to be
   *     compared with smaller aligned ones (the paper: GPT-3 of 175B against InstructGPT of 1.3B)
   * @param episodes of PPO; 0 when not aligned
   */
  public record Size(
      String label,
      boolean aligned,
      PretrainStage.Shape model,
      LanguageConfig pretraining,
      int episodes) {
    private Size readingMore(int times) {
      LanguageConfig p = pretraining;
      return new Size(
          label,
          aligned,
          model,
          language(times * p.steps(), p.batchSize(), p.optimizer().learningRate(), p.checkpoints()),
          episodes);
    }
  }

  /**
   * @param prompts held-out prompts of the API distribution
   * @param perSet prompts of each special set (truth, rudeness, closed domain, tax)
   * @param maxNewTokens longest answer
   * @param diversitySamples answers per prompt in the diversity panel
   */
  public record Evaluation(int prompts, int perSet, int maxNewTokens, int diversitySamples) {}

  public BottleConfig {
    sizes = List.copyOf(sizes);
    String label = rewardSize;
    if (sizes.stream().noneMatch(size -> size.aligned() && size.label().equals(label))) {
      throw new InputException(
          "reward_size must be the label of one of the aligned sizes, was '" + rewardSize + "'");
    }
  }

  /** The same under another seed: of the world, of every stage and of the evaluation. */
  public BottleConfig withSeed(long newSeed) {
    return new BottleConfig(
        newSeed,
        data,
        vocabulary,
        sizes.stream()
            .map(
                s ->
                    new Size(
                        s.label(),
                        s.aligned(),
                        s.model(),
                        s.pretraining().withSeed(newSeed),
                        s.episodes()))
            .toList(),
        rewardSize,
        precision,
        sft.withSeed(newSeed),
        ppoInit.withSeed(newSeed),
        reward.withSeed(newSeed),
        firstPpo.withSeed(newSeed),
        ppo.withSeed(newSeed),
        ptxCoefficient,
        dpo.withSeed(newSeed),
        evaluation);
  }

  /** The size of that label. */
  public Size size(String label) {
    return sizes.stream().filter(s -> s.label().equals(label)).findFirst().orElseThrow();
  }

  /** The largest size, aligned or not. */
  public Size largest() {
    return sizes.get(sizes.size() - 1);
  }

  /** The sizes that go through the whole pipeline, smallest first. */
  public List<Size> alignedSizes() {
    return sizes.stream().filter(Size::aligned).toList();
  }

  /** Everything in some minutes on two cores: what {@code rlhf4j demo} runs. */
  public static BottleConfig mini() {
    CheckpointConfig checkpoints = new CheckpointConfig(200, 1);
    return new BottleConfig(
        1,
        new Data(2_800_000, 600_000, 1600, 10_000, 4375, 4, 8000, 30, 10),
        1664, // every word of the world is one token, and that is as many as BPE finds to merge
        List.of(
            new Size(
                "tiny",
                true,
                new PretrainStage.Shape(Family.LLAMA, 48, 3, 3, 256, 0.12),
                language(2600, 4, 1e-2, checkpoints),
                12_288),
            new Size(
                "small",
                true,
                new PretrainStage.Shape(Family.LLAMA, 64, 4, 4, 256, 0.1),
                language(3400, 4, 1e-2, checkpoints),
                16_384),
            new Size(
                "large",
                false,
                new PretrainStage.Shape(Family.LLAMA, 144, 6, 6, 256, 0.08),
                language(400, 8, 6e-3, checkpoints),
                0)),
        "small",
        Precision.best(),
        sft(8, 0, checkpoints),
        sft(8, 0.1, checkpoints),
        new RewardConfig(
            2,
            32,
            160,
            256,
            RewardConfig.Objective.PAIRWISE,
            RewardConfig.Readout.LAST_TOKEN,
            3,
            OptimizerConfig.paper(1.4e-3),
            10,
            0.1,
            checkpoints,
            1,
            1),
        ppo(4096, 2, 2, 0.9),
        ppo(16_384, 4, 5, 0.97),
        0.3,
        new DpoConfig(
            1, 64, 64, 256, 0.1, 0, OptimizerConfig.paper(2e-4), 5, 0.1, checkpoints, 1, 1),
        new Evaluation(500, 150, 48, 16));
  }

  /**
   * As {@link #mini()}, but the models have read seven times as much before any of them is aligned,
   * and labelers rank twice as many prompts: what more time buys, in about an hour.
   */
  public static BottleConfig hour() {
    BottleConfig mini = mini();
    Data d = mini.data;
    return new BottleConfig(
        mini.seed,
        new Data(
            8_000_000,
            d.ptxWords(),
            d.demonstrations(),
            2 * d.rankings(),
            2 * d.secondRound(),
            d.rankedOutputs(),
            d.ppoPrompts(),
            d.trainingLabelers(),
            d.heldOutLabelers()),
        mini.vocabulary,
        mini.sizes.stream().map(size -> size.readingMore(7)).toList(),
        mini.rewardSize,
        mini.precision,
        mini.sft,
        mini.ppoInit,
        mini.reward,
        mini.firstPpo,
        mini.ppo,
        mini.ptxCoefficient,
        mini.dpo,
        mini.evaluation);
  }

  /** Everything in well under a minute, to see that it runs; its results mean nothing. */
  public static BottleConfig smoke() {
    BottleConfig mini = mini();
    CheckpointConfig checkpoints = new CheckpointConfig(20, 1);
    PpoConfig ppo = smallest(mini.ppo, checkpoints);
    return new BottleConfig(
        mini.seed,
        new Data(60_000, 30_000, 64, 160, 60, 4, 64, 8, 4),
        600,
        List.of(
            new Size(
                "small",
                true,
                new PretrainStage.Shape(Family.LLAMA, 32, 2, 2, 256, 0.1),
                language(40, 4, 1e-2, checkpoints),
                32),
            new Size(
                "large",
                false,
                new PretrainStage.Shape(Family.LLAMA, 96, 2, 2, 256, 0.1),
                language(40, 4, 6e-3, checkpoints),
                0)),
        "small",
        mini.precision,
        sft(1, 0, checkpoints),
        sft(1, 0.1, checkpoints),
        mini.reward,
        ppo,
        ppo,
        mini.ptxCoefficient,
        mini.dpo,
        new Evaluation(20, 10, 16, 3));
  }

  private static PpoConfig smallest(PpoConfig p, CheckpointConfig checkpoints) {
    return new PpoConfig(
        32,
        16,
        2,
        8,
        8,
        p.innerEpochs(),
        16,
        p.temperature(),
        p.reward(),
        p.kl(),
        p.clip(),
        p.valueClip(),
        p.gamma(),
        p.lambda(),
        p.whitenRewards(),
        p.whitenAdvantages(),
        p.ptx(),
        p.policyOptimizer(),
        p.valueOptimizer(),
        p.warmupIterations(),
        0, // of two iterations in all
        p.floor(),
        p.ema(),
        checkpoints,
        1,
        1);
  }

  private static PpoConfig ppo(int episodes, int criticWarmup, int warmup, double ema) {
    return new PpoConfig(
        episodes,
        512,
        4,
        128,
        128,
        1,
        48,
        1,
        new PpoConfig.RewardShape(null, 0, -1.0, true),
        new PpoConfig.Kl(0.2, null, 10_000, 0),
        0.2,
        0.2,
        1,
        0.95,
        false,
        true,
        new PpoConfig.Ptx(0, 0.25, 128),
        rl(1.5e-3),
        rl(2e-3),
        warmup,
        criticWarmup,
        1,
        ema,
        new CheckpointConfig(20, 1),
        1,
        1);
  }

  private static LanguageConfig language(
      int steps, int batch, double rate, CheckpointConfig checkpoints) {
    return new LanguageConfig(
        steps,
        batch,
        batch,
        256,
        new OptimizerConfig(rate, 0.9, 0.95, 1e-8, EpsilonForm.PYTORCH, 0.1, 1).withMuon(2e-2),
        Math.max(1, steps / 30),
        0.1,
        checkpoints,
        10,
        1);
  }

  private static SftConfig sft(int epochs, double pretrainShare, CheckpointConfig checkpoints) {
    return new SftConfig(
        epochs,
        8,
        9, // the demonstrations of a step and the pretraining text mixed in, in one pass
        256,
        true,
        true,
        0.1,
        pretrainShare,
        OptimizerConfig.paper(1.2e-3),
        5,
        0.1,
        checkpoints,
        5,
        1);
  }

  private static OptimizerConfig rl(double rate) {
    return new OptimizerConfig(rate, 0.9, 0.95, 1e-8, EpsilonForm.TENSORFLOW, 0, 1);
  }
}
