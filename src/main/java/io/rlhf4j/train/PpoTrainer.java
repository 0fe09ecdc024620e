package io.rlhf4j.train;

import io.rlhf4j.loss.Advantages;
import io.rlhf4j.loss.KlController;
import io.rlhf4j.loss.KlRewards;
import io.rlhf4j.loss.PpoLoss;
import io.rlhf4j.loss.Whitening;
import io.rlhf4j.model.CompletionBatch;
import io.rlhf4j.model.Generation;
import io.rlhf4j.model.Generator;
import io.rlhf4j.model.NamedTensor;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.SafetensorsReader;
import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Sampling;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Step 3 of the paper: the policy against the reward model by PPO, with pretraining gradients mixed
 * in when asked for (PPO-ptx, equation 2 and App. C.4).
 */
public final class PpoTrainer {
  /** Told about every iteration's episodes, before the policy learns from them. */
  public interface Observer {
    /** Sees nothing and adds nothing. */
    Observer NONE = (samples, finished, row) -> {};

    /**
     * @param samples [B] prompts with completions
     * @param finished [B] whether each ended by itself
     * @param row the iteration's log row, to which the observer may add numbers of its own
     */
    void rollout(List<Sample> samples, boolean[] finished, MetricsRow row);
  }

  /** The models of PPO; the policy and the value model learn, the others stay as they are. */
  public record Models(
      Transformer policy, Transformer reference, Transformer value, RewardModel reward) {}

  private final PpoConfig config;
  private final Models models;
  private final List<int[]> prompts;
  private final @Nullable PretrainingGradient pretraining;
  private final int[] endIds;
  private final int padId;
  private final Run run;
  private final Ema average;
  private Observer observer = Observer.NONE;
  private KlController kl;

  /**
   * @param prompts token ids, each with room for the completion within the model's positions
   * @param pretraining text for ptx; needed when its coefficient is above 0
   * @param endIds tokens that end a completion
   */
  public PpoTrainer(
      PpoConfig config,
      Models models,
      List<int[]> prompts,
      @Nullable TokenStream pretraining,
      int[] endIds,
      int padId,
      Run run) {
    Checks.require(!prompts.isEmpty(), "data.prompts", "must hold at least one prompt", "empty");
    Checks.require(
        config.ptx().coefficient() == 0 || pretraining != null,
        "ptx.coefficient",
        "needs pretraining text (data.pretrain)",
        config.ptx().coefficient());
    this.config = config;
    this.models = models;
    this.prompts = prompts;
    this.pretraining =
        pretraining == null || config.ptx().coefficient() == 0
            ? null
            : new PretrainingGradient(
                pretraining, config.ptx(), config.microBatchSize(), config.seed());
    this.endIds = endIds.clone();
    this.padId = padId;
    this.run = run;
    this.average = new Ema(models.policy().trained().flat(), config.ema());
    PpoConfig.Kl tie = config.kl();
    this.kl =
        tie.target() == null
            ? KlController.fixed(tie.coefficient())
            : KlController.adaptive(tie.coefficient(), tie.target(), tie.horizon());
  }

  /** Sets who is told about every iteration's episodes. */
  public PpoTrainer observedBy(Observer observer) {
    this.observer = observer;
    return this;
  }

  /**
   * Runs all iterations. Afterwards the policy holds the averaged weights if {@code ema} is above
   * 0.
   */
  public void train() {
    Schedule policyRate = schedule(config.policyOptimizer(), learning(config.iterations()));
    Schedule valueRate = schedule(config.valueOptimizer(), config.iterations());
    try (average;
        Updater policy =
            new Updater("policy", models.policy().trained(), config.policyOptimizer());
        Updater value = new Updater("value", models.value().trained(), config.valueOptimizer())) {
      try {
        int start =
            run.restore(
                config.iterations(),
                reader -> {
                  policy.restore(reader);
                  value.restore(reader);
                  restoreOwn(reader);
                });
        for (int iteration = start; iteration < config.iterations(); iteration++) {
          run.stepBegins();
          try (TensorScope scope = TensorScope.open()) {
            PpoStats stats = new PpoStats();
            MetricsRow row = new MetricsRow(iteration + 1);
            Rollout rollout = collect(iteration, stats, row);
            rollout.requireFinite(models);
            checkCeiling(stats, iteration);
            learn(
                iteration,
                rollout,
                policy,
                policyRate.rate(learning(iteration)),
                value,
                valueRate.rate(iteration),
                stats);
            kl = kl.next(stats.kl(), config.batchSize());
            run.stepEnds(
                stats
                    .addTo(row)
                    .put("lr", policyRate.rate(learning(iteration)))
                    .put("episode", (iteration + 1L) * config.batchSize()),
                config.iterations(),
                config.logEvery(),
                stats.tokens(),
                "objective/scores",
                "objective/kl",
                "completions/finished");
          }
          run.checkpointIfDue(
              iteration + 1, config.iterations(), config.checkpoints(), () -> state(policy, value));
        }
      } catch (DivergenceException e) {
        throw run.rollBack(e); // while the optimizers are still there to be restored
      }
      if (config.ema() > 0) {
        try (TensorScope scope = TensorScope.withoutGradients()) {
          models.policy().trained().copyFrom(average.weights());
        }
      }
    }
  }

  // 1. Trajectories, 2. rewards, 3. advantages.

  private Rollout collect(int iteration, PpoStats stats, MetricsRow row) {
    int b = config.batchSize();
    Order order = new Order(prompts.size(), Seeds.mix(config.seed(), "prompt order"));
    List<int[]> batch = new ArrayList<>();
    long[] seeds = new long[b];
    long rolloutSeed = Seeds.mix(config.seed(), "rollout");
    for (int i = 0; i < b; i++) {
      long episode = (long) iteration * b + i;
      batch.add(prompts.get(order.at(episode / config.samplesPerPrompt())));
      seeds[i] = Seeds.mix(rolloutSeed, episode);
    }
    Sampling sampling = new Sampling(config.temperature(), 0, 1, config.maxNewTokens());
    List<Generation> written =
        new Generator(models.policy(), b).generate(batch, sampling, seeds, endIds);
    List<Sample> samples = new ArrayList<>();
    boolean[] finished = new boolean[b];
    int width = 0;
    for (int i = 0; i < b; i++) {
      samples.add(new Sample(batch.get(i), written.get(i).tokens()));
      finished[i] = written.get(i).finished();
      width = Math.max(width, written.get(i).tokens().length);
    }
    List<RewardModel.Scored> judged = models.reward().judge(samples, config.microBatchSize());
    double[] raw = judged.stream().mapToDouble(RewardModel.Scored::score).toArray();
    try (TensorScope scope = TensorScope.withoutGradients()) {
      TensorVector masks = new TensorVector();
      TensorVector logprobs = new TensorVector();
      TensorVector references = new TensorVector();
      TensorVector values = new TensorVector();
      for (int[] slice : microBatches()) {
        // The same micro-batches as in learning: the ratio of the first step is then exactly 1.
        CompletionBatch part =
            CompletionBatch.compact(samples.subList(slice[0], slice[1]), padId, width);
        masks.push_back(part.mask());
        logprobs.push_back(
            part.logprobs(
                models.policy().forward(part.tokens(), part.predictors()), config.temperature()));
        references.push_back(
            part.logprobs(
                models.reference().forward(part.tokens(), part.predictors()),
                config.temperature()));
        values.push_back(part.values(models.value().forward(part.tokens(), part.predictors())));
      }
      Tensor mask = torch.cat(masks, 0);
      Tensor policyLogprobs = torch.cat(logprobs, 0);
      Tensor referenceLogprobs = torch.cat(references, 0);
      Tensor value = torch.cat(values, 0);
      RewardShaping shaping = new RewardShaping(config.reward());
      Tensor scores = shaping.scores(raw, finished);
      KlRewards.Result shapedRewards =
          KlRewards.perToken(policyLogprobs, referenceLogprobs, mask, scores, kl.beta());
      Tensor rewards = shapedRewards.rewards();
      if (config.reward().dense()) {
        rewards = KlRewards.dense(rewards, shaping.shares(judged, finished, width), mask);
      }
      if (config.whitenRewards()) {
        rewards = Whitening.rewards(rewards, mask, Whitening.Variance.BIASED);
      }
      Advantages.Gae gae = Advantages.gae(rewards, value, mask, config.gamma(), config.lambda());
      stats.rollout(raw, finished, mask, policyLogprobs, referenceLogprobs, written, kl.beta());
      observer.rollout(samples, finished, row);
      return new Rollout(
          samples,
          finished,
          scope.keep(mask),
          scope.keep(policyLogprobs),
          scope.keep(referenceLogprobs),
          scope.keep(value),
          scope.keep(scores),
          scope.keep(gae.advantages()),
          scope.keep(gae.returns()));
    }
  }

  private Schedule schedule(OptimizerConfig optimizer, int iterations) {
    return new Schedule.WarmupFromTenth(
        optimizer.learningRate(), config.warmupIterations(), iterations, config.floor());
  }

  /** Iterations in which the policy has learned; its warm-up waits for it, not for the critic. */
  private int learning(int iteration) {
    return Math.max(0, iteration - config.criticWarmupIterations());
  }

  // 4. Optimization.

  private void learn(
      int iteration,
      Rollout rollout,
      Updater policy,
      double policyRate,
      Updater value,
      double valueRate,
      PpoStats stats) {
    boolean criticOnly = iteration < config.criticWarmupIterations();
    for (int epoch = 0; epoch < config.innerEpochs(); epoch++) {
      for (int from = 0; from < config.batchSize(); from += config.minibatchSize()) {
        int to = from + config.minibatchSize();
        Tensor mask = Rollout.rows(rollout.mask(), from, to);
        Tensor advantages = Rollout.rows(rollout.advantages(), from, to);
        if (config.whitenAdvantages()) {
          advantages = Whitening.advantages(advantages, mask, Whitening.Variance.BIASED);
        }
        double tokens = mask.sum().item_double();
        for (int[] slice : microBatches()) {
          if (slice[0] >= from && slice[1] <= to) {
            try (TensorScope scope = TensorScope.open()) {
              Tensor own = Rollout.rows(advantages, slice[0] - from, slice[1] - from);
              backward(rollout, own, slice, tokens, criticOnly, stats);
            }
          }
        }
        int minibatch =
            (iteration * config.innerEpochs() + epoch)
                    * (config.batchSize() / config.minibatchSize())
                + from / config.minibatchSize();
        if (!criticOnly) {
          if (pretraining != null) {
            stats.pretraining(pretraining.add(models.policy(), minibatch, config.minibatchSize()));
          }
          stats.policyNorm(policy.update(policyRate));
          average.update(models.policy().trained().flat());
        }
        stats.valueNorm(value.update(valueRate));
      }
    }
  }

  /** Policy and value gradients of one micro-batch, weighted by its share of the minibatch. */
  private void backward(
      Rollout rollout,
      Tensor advantages,
      int[] slice,
      double minibatchTokens,
      boolean criticOnly,
      PpoStats stats) {
    List<Sample> samples = rollout.samples().subList(slice[0], slice[1]);
    int width = (int) rollout.mask().size(1);
    CompletionBatch part = CompletionBatch.compact(samples, padId, width);
    Tensor mask = Rollout.rows(rollout.mask(), slice[0], slice[1]);
    double share = part.completionTokens() / minibatchTokens;
    if (!criticOnly) {
      Tensor logprobs =
          part.logprobs(
              models.policy().forward(part.tokens(), part.predictors()), config.temperature());
      PpoLoss.Policy loss =
          PpoLoss.policy(
              logprobs,
              Rollout.rows(rollout.logprobs(), slice[0], slice[1]),
              advantages,
              mask,
              config.clip());
      models.policy().backward(loss.loss().mul(new Scalar(share)));
      stats.policy(loss, share, part.tokens().tokens(), models.policy().trained());
    }
    Tensor values = part.values(models.value().forward(part.tokens(), part.predictors()));
    PpoLoss.Value loss =
        PpoLoss.value(
            values,
            Rollout.rows(rollout.values(), slice[0], slice[1]),
            Rollout.rows(rollout.returns(), slice[0], slice[1]),
            mask,
            config.valueClip());
    models.value().backward(loss.loss().mul(new Scalar(share)));
    stats.value(loss, share, models.value().trained());
  }

  private List<int[]> microBatches() {
    List<int[]> slices = new ArrayList<>();
    for (int from = 0; from < config.batchSize(); from += config.minibatchSize()) {
      for (int[] slice : CompletionBatch.slices(config.minibatchSize(), config.microBatchSize())) {
        slices.add(new int[] {from + slice[0], from + slice[1]});
      }
    }
    return slices;
  }

  private void checkCeiling(PpoStats stats, int iteration) {
    double ceiling = config.kl().ceiling();
    if (ceiling > 0 && stats.kl() > ceiling) {
      throw new DivergenceException(
          String.format(
              Locale.ROOT,
              "the KL to the starting policy is %.2f nats per completion in iteration %d, above"
                  + " kl.ceiling = %s: the policy is leaving the region where the reward model can"
                  + " be trusted; raise kl.coefficient or lower policy_optimizer.learning_rate",
              stats.kl(),
              iteration + 1,
              ceiling));
    }
  }

  private List<NamedTensor> state(Updater policy, Updater value) {
    List<NamedTensor> state = new ArrayList<>(policy.state());
    state.addAll(value.state());
    state.add(new NamedTensor("policy.average", average.state()));
    state.add(new NamedTensor("kl.coefficient", Host.doubles(new double[] {kl.beta()}, 1)));
    return state;
  }

  private void restoreOwn(SafetensorsReader reader) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      average.restore(reader.read("policy.average"), 0);
      double beta = Host.doubles(reader.read("kl.coefficient"))[0];
      kl = new KlController(beta, kl.target(), kl.horizon());
    }
  }
}
