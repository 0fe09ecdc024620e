package io.rlhf4j.bench;

import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.train.CheckpointConfig;
import io.rlhf4j.train.DpoConfig;
import io.rlhf4j.train.DpoTrainer;
import io.rlhf4j.train.OptimizerConfig;
import io.rlhf4j.train.PairSample;
import io.rlhf4j.train.RankedSample;
import io.rlhf4j.train.RewardConfig;
import io.rlhf4j.train.RewardTrainer;
import io.rlhf4j.train.Run;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A step of what learns from comparisons: the reward model, and DPO. Half of the length is the
 * prompt, which the two completions of a pair share.
 */
record PreferenceWork(Sizes sizes) {
  /** The first steps take memory and choose kernels. */
  private static final int WARM_UP = 2;

  private static final CheckpointConfig NO_CHECKPOINTS = new CheckpointConfig(0, 1);

  /** Rarely enough that no progress line is timed. */
  private static final int NO_LOG = 1_000_000;

  void reward(Consumer<Measure> out) {
    RewardConfig config =
        new RewardConfig(
            1,
            sizes.batch(),
            2 * sizes.batch(),
            sizes.length(),
            RewardConfig.Objective.PAIRWISE,
            RewardConfig.Readout.LAST_TOKEN,
            0,
            OptimizerConfig.paper(1e-5),
            0,
            1,
            NO_CHECKPOINTS,
            NO_LOG,
            1);
    List<RankedSample> rankings = new ArrayList<>();
    for (PairSample pair : pairs()) {
      rankings.add(
          new RankedSample(
              pair.prompt(), List.of(pair.chosen(), pair.rejected()), new int[] {1, 2}, "anyone"));
    }
    Steps steps = new Steps();
    Long peak =
        ResidentSet.peakOf(
            () -> {
              try (Transformer model =
                      Transformer.scalar(sizes.model(sizes.length()), sizes.precision(), true);
                  Run run = Run.timed(steps::add)) {
                new RewardTrainer(config, new RewardModel(model, -1, 0), rankings, run).train();
              }
            });
    out.accept(measure("reward-model step", steps.counted.median()).withPeak(peak));
  }

  /** A step's price includes its share of the reference's log-probabilities, taken beforehand. */
  void dpo(Consumer<Measure> out) {
    DpoConfig config =
        new DpoConfig(
            1,
            sizes.batch(),
            sizes.batch(),
            sizes.length(),
            0.1,
            0,
            OptimizerConfig.paper(1e-6),
            0,
            1,
            NO_CHECKPOINTS,
            NO_LOG,
            1);
    List<PairSample> pairs = pairs();
    Steps steps = new Steps();
    Times all = new Times();
    Long peak =
        ResidentSet.peakOf(
            () -> {
              try (Transformer policy =
                      Transformer.fresh(sizes.model(sizes.length()), sizes.precision(), 1);
                  Run run = Run.timed(steps::add)) {
                all.time(() -> new DpoTrainer(config, policy, 0, pairs, run).train());
              }
            });
    double reference = Math.max(0, all.last() - steps.total) / steps();
    double learning = steps.counted.median();
    Map<String, Double> phases = new LinkedHashMap<>();
    phases.put("reference", reference);
    phases.put("learning", learning);
    out.accept(measure("DPO step", reference + learning).withPhases(phases).withPeak(peak));
  }

  /** Tokens are counted as the rows hold them, a pair's prompt twice. */
  private Measure measure(String work, double seconds) {
    String detail =
        "%d pairs of 2 x %d tokens, half of them the prompt"
            .formatted(sizes.batch(), sizes.length());
    return Measure.ofTokens(work, detail, seconds, 2L * sizes.batch() * sizes.length());
  }

  private int steps() {
    return sizes.repetitions() + WARM_UP;
  }

  /** As many pairs as all steps take in one epoch. */
  private List<PairSample> pairs() {
    int prompt = sizes.length() / 2;
    int completion = sizes.length() - prompt;
    List<PairSample> pairs = new ArrayList<>();
    for (int i = 0; i < steps() * sizes.batch(); i++) {
      pairs.add(
          new PairSample(
              sizes.tokens(3 * i, prompt),
              sizes.tokens(3 * i + 1, completion),
              sizes.tokens(3 * i + 2, completion)));
    }
    return pairs;
  }

  /** How long the steps of a training took. */
  private static final class Steps {
    final Times counted = new Times();
    double total;
    private int seen;

    void add(double seconds) {
      total += seconds;
      if (++seen > WARM_UP) {
        counted.add(seconds);
      }
    }
  }
}
