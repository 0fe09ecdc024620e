package io.rlhf4j.stage;

import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.InputException;
import io.rlhf4j.model.AdapterFolder;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.LoraConfig;
import io.rlhf4j.train.PpoConfig;
import io.rlhf4j.train.PpoTrainer;
import io.rlhf4j.train.TokenStream;
import io.rlhf4j.train.WhenRunExists;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PPO or PPO-ptx of a model folder against a reward model's folder, on a file of prompts. */
public final class PpoStage {
  /**
   * @param model folder of the model to start from, which is the reference as well
   * @param reward folder of the reward model; it may have another size, but must have the same
   *     vocabulary
   * @param value folder of the model that the value model starts from; null = the reward model's,
   *     as in the paper. A language model's gives a head of zeros, as in lm-human-preferences
   * @param prompts prompts in any schema
   * @param pretrain text for the pretraining gradients when {@code training.ptx.coefficient} is
   *     above 0
   * @param gradientCheckpointing whether layers are computed again in the backward pass, for less
   *     memory
   * @param lora adapters in place of training every weight of the policy; the value model's are
   *     trained all the same
   */
  public record Job(
      Path model,
      Path reward,
      @Nullable Path value,
      Path prompts,
      @Nullable Path pretrain,
      PromptStyle format,
      Precision precision,
      boolean gradientCheckpointing,
      LoraConfig lora,
      Path output,
      PpoConfig training) {
    public Job {
      lora.require(training.policyOptimizer());
    }

    /** Where the value model starts. */
    Path valueStart() {
      return value == null ? reward : value;
    }

    /** Training of every weight, the value model from the reward model. */
    public Job(
        Path model,
        Path reward,
        Path prompts,
        @Nullable Path pretrain,
        PromptStyle format,
        Precision precision,
        Path output,
        PpoConfig training) {
      this(
          model,
          reward,
          null,
          prompts,
          pretrain,
          format,
          precision,
          false,
          LoraConfig.off(),
          output,
          training);
    }
  }

  /** The paper's setting; models, prompts, text and {@code output} must be given. */
  public static Job defaults() {
    return with(PpoConfig.instructgpt());
  }

  /** The same with another training configuration. */
  @SuppressWarnings("NullAway") // null here means: must be given
  public static Job with(PpoConfig training) {
    return new Job(null, null, null, null, PromptStyle.PLAIN, Precision.best(), null, training);
  }

  private PpoStage() {}

  /**
   * Runs the stage; the model is in {@code output/model} afterwards, and an adapter by itself in
   * {@code output/adapter}.
   */
  public static StageResult run(
      Job job, String configAsRead, WhenRunExists whenThere, PpoTrainer.Observer observer) {
    PpoConfig training = job.training();
    Path pretrain = job.pretrain();
    boolean ptx = training.ptx().coefficient() > 0;
    if (ptx && pretrain == null) {
      throw new InputException(
          "training.ptx.coefficient is "
              + training.ptx().coefficient()
              + " but there is no pretraining text; give pretrain=FILE, or set it to 0 for plain"
              + " PPO");
    }
    requireShares(job);
    requireSameVocabulary(job, "reward", job.reward());
    List<Path> inputs = new ArrayList<>(List.of(job.model(), job.reward(), job.prompts()));
    if (ptx && pretrain != null) {
      inputs.add(pretrain);
    }
    Path value = job.value();
    if (value != null) {
      requireSameVocabulary(job, "value", value);
      inputs.add(value);
    }
    try (StageFolder folder =
            StageFolder.open(
                ptx ? "ppo-ptx" : "ppo",
                job.output(),
                job,
                configAsRead,
                training.seed(),
                inputs,
                whenThere,
                training.checkpoints());
        Tokenizer tokenizer = Tokenizer.load(job.model());
        Transformer reference = ModelFolder.readLanguage(job.model(), job.precision(), false);
        Transformer policy =
            job.lora().on() // then one set of weights serves both
                ? job.lora().adapt(reference, training.seed())
                : ModelFolder.readLanguage(job.model(), job.precision(), true);
        Transformer critic = ModelFolder.readScalar(job.valueStart(), job.precision(), true);
        RewardModel reward = ScalarFolder.read(job.reward(), tokenizer, job.precision(), false)) {
      policy.recomputingLayers(job.gradientCheckpointing());
      critic.recomputingLayers(job.gradientCheckpointing());
      int longest = Math.min(policy.config().maxPositions(), critic.config().maxPositions());
      Texts texts = new Texts(PromptFormat.of(job.format(), tokenizer), longest);
      List<int[]> prompts =
          texts
              .prompts(DatasetReader.readPrompts(job.prompts()), training.maxNewTokens() + 1)
              .orFail("prompt", longest);
      TokenStream text =
          ptx && pretrain != null ? texts.stream(DatasetReader.readTexts(pretrain)) : null;
      new PpoTrainer(
              training,
              new PpoTrainer.Models(policy, reference, critic, reward),
              prompts,
              text,
              tokenizer.eosIds(),
              tokenizer.padId(),
              folder.run())
          .observedBy(observer)
          .train();
      ModelFolder.write(folder.model(), policy);
      tokenizer.saveTo(folder.model());
      AdapterFolder.write(folder.adapter(), policy, job.model());
      return folder.finish(policy.parameterCount());
    }
  }

  private static void requireShares(Job job) {
    if (job.training().reward().dense() && !ScalarFolder.likelihood(job.reward()).counts()) {
      throw new InputException(
          "training.reward.dense is true, but the reward model "
              + job.reward()
              + " scores completions as wholes only; train it with likelihood_weight above 0, or"
              + " set training.reward.dense=false");
    }
  }

  private static void requireSameVocabulary(Job job, String key, Path with) {
    try (Tokenizer tokenizer = Tokenizer.load(job.model());
        Tokenizer other = Tokenizer.load(with)) {
      if (!other.fingerprint().equals(tokenizer.fingerprint())) {
        throw new InputException(
            "the policy "
                + job.model()
                + " and the "
                + key
                + " model "
                + with
                + " have different tokenizers; set "
                + key
                + " to a model with the policy's tokenizer");
      }
    }
  }
}
