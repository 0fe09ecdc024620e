package io.rlhf4j.train;

import static io.rlhf4j.train.Miniature.NO_CHECKPOINTS;
import static io.rlhf4j.train.Miniature.last;
import static io.rlhf4j.train.Miniature.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.model.SafetensorsReader;
import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import io.rlhf4j.train.Miniature.Cast;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tiny policy through the real PPO, with a reward whose best answer is known. */
class PpoTrainerTest {
  @TempDir Path folder;

  @Test
  void thePolicyStartsAtTheReferenceAndTheScoreOfAPlantedRewardRises() {
    try (Cast cast = Cast.fresh()) {
      List<MetricsRow> rows =
          Miniature.recorded(
              folder,
              NO_CHECKPOINTS,
              run ->
                  cast.trainer(Miniature.ppo(40, 0, Miniature.FREE, 0, NO_CHECKPOINTS), run)
                      .train());
      MetricsRow first = rows.get(0);
      assertThat(number(first, "objective/kl")).isCloseTo(0, within(1e-6));
      assertThat(number(first, "val/ratio_first")).isCloseTo(1, within(1e-6));
      // Sampling goes through the KV cache, training does not: rounding apart, the same numbers.
      assertThat(number(first, "rollout/logprob_diff")).isLessThan(1e-5);
      // One token in sixteen is liked: 2/16 - 1 on average.
      assertThat(number(first, "objective/scores")).isCloseTo(-0.875, within(0.4));
      // The best a policy can do is 1; half of the way up is well outside of chance.
      assertThat(number(last(rows), "objective/scores")).isGreaterThan(0.2);
      assertThat(number(last(rows), "objective/kl")).isGreaterThan(0.1);
    }
  }

  @Test
  void pretrainingGradientsKeepTheTextLikely() {
    double[] loss = new double[2];
    for (int i = 0; i < 2; i++) {
      try (Cast cast = Cast.fresh()) {
        double ptx = i; // 0 = plain PPO
        List<MetricsRow> rows =
            Miniature.recorded(
                folder.resolve("ptx-" + i),
                NO_CHECKPOINTS,
                run ->
                    cast.trainer(Miniature.ppo(25, ptx, Miniature.FREE, 0, NO_CHECKPOINTS), run)
                        .train());
        assertThat(last(rows).get("ptx/loss").isPresent()).isEqualTo(ptx > 0);
        if (ptx > 0) {
          assertThat(number(last(rows), "ptx/loss")).isLessThan(number(rows.get(0), "ptx/loss"));
        }
        try (TensorScope scope = TensorScope.withoutGradients()) {
          LanguageBatch batch = LanguageBatch.of(List.of(Miniature.text().row(3, 20)));
          loss[i] = batch.loss(cast.policy()) / batch.tokens();
        }
      }
    }
    assertThat(loss[1]).isLessThan(loss[0] - 0.5);
  }

  @Test
  void aKlAboveTheCeilingStopsTheRunAndSaysSo() {
    try (Cast cast = Cast.fresh()) {
      PpoConfig config =
          Miniature.ppo(40, 0, new PpoConfig.Kl(0, null, 10_000, 0.05), 0, NO_CHECKPOINTS);
      assertThatThrownBy(() -> cast.trainer(config, Run.unrecorded("")).train())
          .isInstanceOf(DivergenceException.class)
          .hasMessageMatching(
              "the KL to the starting policy is \\d+\\.\\d\\d nats per completion in iteration"
                  + " \\d+, above kl\\.ceiling = 0\\.05: .*");
    }
  }

  @ParameterizedTest
  @CsvSource({"reward, score.bias", "value, layers.0.qkv.weight", "policy, tokens"})
  void theModelWithAWeightThatIsNoNumberIsNamedAndTheLastCheckpointComesBack(
      String name, String weight) {
    try (Cast cast = Cast.fresh()) {
      CheckpointConfig everySecond = new CheckpointConfig(2, 1);
      PpoConfig config = Miniature.ppo(6, 0, Miniature.FREE, 0.9, everySecond);
      Transformer poisoned =
          switch (name) {
            case "reward" -> cast.models().reward().transformer();
            case "value" -> cast.models().value();
            default -> cast.policy();
          };
      List<float[]> good = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  Miniature.recorded(
                      folder,
                      everySecond,
                      run ->
                          cast.trainer(config, run)
                              .observedBy(
                                  (samples, finished, row) -> {
                                    if (row.step() == 3) {
                                      good.add(Miniature.weights(cast.policy()));
                                      good.add(Miniature.weights(cast.models().value()));
                                      Miniature.poison(poisoned, weight);
                                    }
                                  })
                              .train()))
          .isInstanceOf(DivergenceException.class)
          .hasMessageContaining("not finite")
          .hasMessageContaining("'" + weight + "' in the " + name + " model")
          .hasMessageEndingWith("went back to the weights of step 2, the last checkpoint");
      assertThat(Miniature.weights(cast.policy())).isEqualTo(good.get(0));
      assertThat(Miniature.weights(cast.models().value())).isEqualTo(good.get(1));
      assertThat(Host.floats(cast.policy().weights().gradient())).containsOnly(0);
    }
  }

  @Test
  void thePolicysRateRisesFromItsOwnFirstStepNotFromTheCriticsAndThenFalls() {
    // The critic alone for 2 iterations, then 2 of warm-up: a tenth, then 0.1 + 0.9 / 2 of 5e-3.
    // Then down from 5e-3 at the policy's iteration 2 to 0 at its 4th, which would be the next.
    PpoConfig config =
        learningAfter(2, 2, 0, Miniature.ppo(6, 0, Miniature.FREE, 0, NO_CHECKPOINTS));
    try (Cast cast = Cast.fresh()) {
      float[] start = Miniature.weights(cast.policy());
      List<MetricsRow> rows =
          Miniature.recorded(
              folder,
              NO_CHECKPOINTS,
              run ->
                  cast.trainer(config, run)
                      .observedBy(
                          (samples, finished, row) -> {
                            if (row.step() == 3) { // what the first two have left
                              assertThat(Miniature.weights(cast.policy())).isEqualTo(start);
                            }
                          })
                      .train());
      assertThat(rows.stream().mapToDouble(row -> number(row, "lr")).toArray())
          .containsExactly(new double[] {5e-4, 5e-4, 5e-4, 2.75e-3, 5e-3, 2.5e-3}, within(1e-12));
    }
  }

  @Test
  void theSamplesOfAPromptFollowOneAnotherAndDiffer() {
    PpoConfig c = Miniature.ppo(3, 0, Miniature.FREE, 0, NO_CHECKPOINTS);
    PpoConfig four =
        with(c, 4, c.minibatchSize(), 1, c.warmupIterations(), 0, c.floor()); // 16 episodes: 4 x 4
    List<List<Sample>> seen = new ArrayList<>();
    try (Cast cast = Cast.fresh()) {
      cast.trainer(four, Run.unrecorded(""))
          .observedBy((samples, finished, row) -> seen.add(samples))
          .train();
    }
    List<Sample> episodes = seen.stream().flatMap(List::stream).toList();
    assertThat(episodes).hasSize(3 * 16);
    for (int i = 0; i < episodes.size(); i++) {
      assertThat(episodes.get(i).prompt()).isEqualTo(episodes.get(i / 4 * 4).prompt());
    }
    // Seeds are the episodes' own: not all four of a prompt can be the same by chance everywhere.
    assertThat(
            IntStream.range(0, episodes.size())
                .filter(i -> i % 4 > 0)
                .filter(
                    i ->
                        !Arrays.equals(
                            episodes.get(i).completion(), episodes.get(i - 1).completion()))
                .count())
        .isGreaterThan(18);
  }

  @Test
  void aNumberOfSamplesPerPromptThatDoesNotDivideTheBatchIsRefused() {
    PpoConfig c = Miniature.ppo(3, 0, Miniature.FREE, 0, NO_CHECKPOINTS);
    assertThatThrownBy(() -> with(c, 3, c.minibatchSize(), 1, 0, 0, c.floor()))
        .hasMessageContaining("samples_per_prompt")
        .hasMessageContaining("must divide batch_size 16")
        .hasMessageContaining("3");
  }

  @Test
  void afterTrainingThePolicyHoldsTheAverageOfItsWeights() {
    // Two updates: 1/2 (1/2 w0 + 1/2 w1) + 1/2 w2; the checkpoints after each have w1 and w2.
    double decay = 0.5;
    CheckpointConfig every = new CheckpointConfig(1, 2);
    PpoConfig two = oneUpdatePerIteration(Miniature.ppo(2, 0, Miniature.FREE, decay, every));
    try (Cast cast = Cast.fresh()) {
      float[] start = Miniature.weights(cast.policy());
      Miniature.recorded(folder, every, run -> cast.trainer(two, run).train());
      float[] first = checkpointed("step-000001");
      float[] second = checkpointed("step-000002");
      float[] held = Miniature.weights(cast.policy());
      assertThat(second).isNotEqualTo(first);
      for (int i = 0; i < held.length; i++) {
        assertThat(held[i])
            .isCloseTo(0.25f * start[i] + 0.25f * first[i] + 0.5f * second[i], within(1e-6f));
      }
    }
  }

  private static PpoConfig oneUpdatePerIteration(PpoConfig c) {
    return with(
        c, 1, c.batchSize(), 1, c.warmupIterations(), c.criticWarmupIterations(), c.floor());
  }

  private static PpoConfig learningAfter(int criticWarmup, int warmup, double floor, PpoConfig c) {
    return with(c, 1, c.minibatchSize(), c.innerEpochs(), warmup, criticWarmup, floor);
  }

  private static PpoConfig with(
      PpoConfig c,
      int samplesPerPrompt,
      int minibatch,
      int epochs,
      int warmup,
      int criticWarmup,
      double floor) {
    return new PpoConfig(
        c.episodes(),
        c.batchSize(),
        samplesPerPrompt,
        minibatch,
        c.microBatchSize(),
        epochs,
        c.maxNewTokens(),
        c.temperature(),
        c.reward(),
        c.kl(),
        c.clip(),
        c.valueClip(),
        c.gamma(),
        c.lambda(),
        c.whitenRewards(),
        c.whitenAdvantages(),
        c.ptx(),
        c.policyOptimizer(),
        c.valueOptimizer(),
        warmup,
        criticWarmup,
        floor,
        c.ema(),
        c.checkpoints(),
        c.logEvery(),
        c.seed());
  }

  private float[] checkpointed(String step) {
    Path state = folder.resolve("checkpoints").resolve(step).resolve("state.safetensors");
    try (SafetensorsReader reader = SafetensorsReader.open(state);
        TensorScope scope = TensorScope.withoutGradients()) {
      return Host.floats(reader.read("policy.weights"));
    }
  }
}
