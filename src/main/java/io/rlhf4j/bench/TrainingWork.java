package io.rlhf4j.bench;

import io.rlhf4j.model.Pass;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.model.Weights;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import io.rlhf4j.train.AdamW;
import io.rlhf4j.train.LanguageBatch;
import io.rlhf4j.train.LanguageConfig;
import io.rlhf4j.train.LanguageTrainer;
import io.rlhf4j.train.OptimizerConfig;
import io.rlhf4j.train.Run;
import io.rlhf4j.train.TokenStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** A step of language-model training. */
record TrainingWork(Sizes sizes) {
  /** The first steps take memory and choose kernels. */
  private static final int WARM_UP = 2;

  private static final double RATE = 1e-3;

  void measure(Consumer<Measure> out) {
    PacedTimes times = new PacedTimes(MultiplyRate.of(sizes), WARM_UP);
    Map<String, Double> phases = new LinkedHashMap<>();
    Long peak =
        ResidentSet.peakOf(
            () -> {
              try (Transformer model =
                  Transformer.fresh(sizes.model(sizes.length()), sizes.precision(), 1)
                      .recomputingLayers(sizes.recomputing())) {
                steps(model, times);
                phases.putAll(phases(model));
              }
            });
    long tokens = (long) sizes.batch() * sizes.length();
    out.accept(
        Measure.ofTokens(
                "training step",
                "%d rows of %d tokens%s"
                    .formatted(
                        sizes.batch(),
                        sizes.length(),
                        sizes.recomputing() ? ", gradient checkpointing" : ""),
                times.seconds(),
                tokens)
            .beside(times, tokens * sizes.flopPerToken())
            .withPhases(phases)
            .withPeak(peak));
  }

  /** Whole steps as the trainer does them. */
  private void steps(Transformer model, PacedTimes times) {
    LanguageConfig d = LanguageConfig.defaults();
    LanguageConfig config =
        new LanguageConfig(
            sizes.repetitions() + WARM_UP,
            sizes.batch(),
            sizes.batch(),
            sizes.length(),
            d.optimizer(),
            1,
            1,
            d.checkpoints(),
            1_000_000,
            1);
    int[] ids = sizes.tokens(1, 20 * sizes.batch() * sizes.length() + 1);
    try (Run run = Run.timed(times::add)) {
      new LanguageTrainer(config, model, new TokenStream(ids), run).train();
    }
  }

  /** The same step once more, part by part, from the parts that the trainer is made of. */
  private Map<String, Double> phases(Transformer model) {
    Times forward = new Times();
    Times backward = new Times();
    Times optimizer = new Times();
    LanguageBatch batch = LanguageBatch.of(rows());
    Weights weights = model.weights();
    try (AdamW adam = adam(weights)) {
      for (int i = 0; i < sizes.repetitions(); i++) {
        try (TensorScope scope = TensorScope.open()) {
          long start = System.nanoTime();
          Tensor loss = loss(model, batch);
          long there = System.nanoTime();
          model.backward(loss.mul(new Scalar(1.0 / batch.tokens())));
          long back = System.nanoTime();
          adam.clippedStep(weights.gradient(), RATE, 1);
          weights.zeroGradient();
          long end = System.nanoTime();
          forward.add((there - start) / 1e9);
          backward.add((back - there) / 1e9);
          optimizer.add((end - back) / 1e9);
        }
      }
    }
    Map<String, Double> phases = new LinkedHashMap<>();
    phases.put("forward", forward.median());
    phases.put("backward", backward.median());
    phases.put("optimizer", optimizer.median());
    return phases;
  }

  /** Summed loss of every token, [] differentiable. */
  static Tensor loss(Transformer model, LanguageBatch batch) {
    Pass pass = model.forward(batch.inputs());
    Tensor hidden = pass.hidden();
    int[] targets = batch.targets();
    return pass.lmLoss(hidden.view(-1, hidden.size(2)), Host.longs(targets, targets.length));
  }

  private static AdamW adam(Weights weights) {
    List<AdamW.Range> decayed = new ArrayList<>();
    for (Weights.Entry entry : weights.entries()) {
      if (entry.decays()) {
        decayed.add(new AdamW.Range(entry.offset(), entry.offset() + entry.size()));
      }
    }
    OptimizerConfig c = LanguageConfig.defaults().optimizer();
    AdamW.Settings settings =
        new AdamW.Settings(c.beta1(), c.beta2(), c.epsilon(), c.weightDecay(), c.epsilonForm());
    return new AdamW(weights.flat(), settings, decayed);
  }

  private List<int[]> rows() {
    List<int[]> rows = new ArrayList<>();
    for (int row = 0; row < sizes.batch(); row++) {
      rows.add(sizes.tokens(2 + row, sizes.length() + 1));
    }
    return rows;
  }
}
