package io.rlhf4j.bench;

import io.rlhf4j.model.Generator;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Sampling;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.TensorScope;
import io.rlhf4j.train.CheckpointConfig;
import io.rlhf4j.train.LanguageBatch;
import io.rlhf4j.train.OptimizerConfig;
import io.rlhf4j.train.PpoConfig;
import io.rlhf4j.train.PpoTrainer;
import io.rlhf4j.train.Run;
import io.rlhf4j.train.TokenStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One iteration of PPO: sampling, scoring by four models, and all epochs of learning. */
record PpoWork(Sizes sizes) {
  private static final int PROMPT = 64;
  private static final int NEW_TOKENS = 64;
  private static final int MINIBATCHES = 4;
  private static final int EPOCHS = 4;

  /** The first step takes memory and chooses kernels. */
  private static final int WARM_UP = 1;

  void measure(Consumer<Measure> out) {
    ModelConfig shape = sizes.model(PROMPT + NEW_TOKENS);
    Phases phases;
    Long peak;
    try (Transformer policy = Transformer.fresh(shape, sizes.precision(), 1);
        Transformer reference = Transformer.fresh(shape, sizes.precision(), 1);
        Transformer value = Transformer.scalar(shape, sizes.precision(), true);
        Transformer reward = Transformer.scalar(shape, sizes.precision(), false)) {
      phases = new Phases(policy);
      PpoTrainer.Models models =
          new PpoTrainer.Models(policy, reference, value, new RewardModel(reward, -1, 0));
      peak = ResidentSet.peakOf(() -> train(models, phases));
    }
    String detail =
        "%d episodes of %d + %d tokens, %d epochs in minibatches of %d"
            .formatted(sizes.rows(), PROMPT, NEW_TOKENS, EPOCHS, minibatch());
    out.accept(
        Measure.ofTokens("PPO step", detail, phases.step.median(), (long) sizes.rows() * NEW_TOKENS)
            .withPhases(phases.medians())
            .withPeak(peak));
  }

  private void train(PpoTrainer.Models models, Phases phases) {
    try (Run run = Run.timed(phases::stepEnded)) {
      new PpoTrainer(config(), models, phases.prompts, phases.text, new int[0], 0, run)
          .observedBy((samples, finished, row) -> phases.rolledOut = System.nanoTime())
          .train();
    }
  }

  private int minibatch() {
    return sizes.rows() / MINIBATCHES;
  }

  private PpoConfig config() {
    OptimizerConfig optimizer = OptimizerConfig.paper(1e-5);
    boolean ptx = sizes.ptxRatio() > 0;
    return new PpoConfig(
        sizes.rows() * (Math.max(1, sizes.repetitions() / 3) + WARM_UP),
        sizes.rows(),
        1,
        minibatch(),
        minibatch(),
        EPOCHS,
        NEW_TOKENS,
        1,
        new PpoConfig.RewardShape(null, 0, null, false),
        new PpoConfig.Kl(0.05, null, 10_000, 0),
        0.2,
        0.2,
        1,
        0.95,
        false,
        true,
        new PpoConfig.Ptx(ptx ? 27.8 : 0, ptx ? sizes.ptxRatio() : 1, PROMPT + NEW_TOKENS),
        optimizer,
        optimizer,
        0,
        0,
        1,
        0,
        new CheckpointConfig(0, 1),
        1_000_000,
        1);
  }

  /**
   * Where a step's time goes. The trainer tells when the episodes are ready and when the step is
   * over; what a half is made of is found by doing one part of it again, right after the step and
   * outside of its time: the sampling, and the pretraining gradients.
   */
  private final class Phases {
    final Times step = new Times();
    private final Times rollout = new Times();
    private final Times scoring = new Times();
    private final Times learning = new Times();
    private final Times ptx = new Times();
    private final Transformer policy;
    final List<int[]> prompts = sizes.prompts(sizes.rows(), PROMPT);
    final TokenStream text = new TokenStream(sizes.tokens(1, 64 * (PROMPT + NEW_TOKENS) + 1));
    long rolledOut;
    private int seen;

    Phases(Transformer policy) {
      this.policy = policy;
    }

    /** The trainer has done a step; its clock stands still until this returns. */
    void stepEnded(double seconds) {
      double learned = (System.nanoTime() - rolledOut) / 1e9;
      seen++;
      if (seen <= WARM_UP) {
        return;
      }
      step.add(seconds);
      rollout.time(this::sample);
      scoring.add(Math.max(0, seconds - learned - rollout.last()));
      if (sizes.ptxRatio() > 0) {
        ptx.time(this::pretrainingGradients);
        learned = Math.max(0, learned - ptx.last());
      }
      learning.add(learned);
    }

    private void sample() {
      new Generator(policy, sizes.rows())
          .generate(prompts, Sampling.plain(NEW_TOKENS), new long[sizes.rows()], new int[0]);
    }

    /** As many as all minibatches of the step have, and no trace of them in the gradient. */
    private void pretrainingGradients() {
      int length = PROMPT + NEW_TOKENS;
      int count = (int) Math.max(1, Math.round(sizes.ptxRatio() * minibatch()));
      for (int i = 0; i < EPOCHS * sizes.rows() / minibatch(); i++) {
        for (int from = 0; from < count; from += minibatch()) {
          try (TensorScope scope = TensorScope.open()) {
            List<int[]> rows =
                Stream.iterate(from, row -> row + 1)
                    .limit(Math.min(minibatch(), count - from))
                    .map(row -> text.row(row % text.rows(length), length))
                    .toList();
            policy.backward(TrainingWork.loss(policy, LanguageBatch.of(rows)));
          }
        }
      }
      policy.weights().zeroGradient();
    }

    Map<String, Double> medians() {
      Map<String, Double> medians = new LinkedHashMap<>();
      medians.put("rollout", rollout.median());
      medians.put("scoring", scoring.median());
      medians.put("learning", learning.median());
      if (sizes.ptxRatio() > 0) {
        medians.put("ptx", ptx.median());
      }
      return medians;
    }
  }
}
