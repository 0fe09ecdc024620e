package io.rlhf4j.train;

import static io.rlhf4j.train.Miniature.NO_CHECKPOINTS;
import static io.rlhf4j.train.Miniature.PAD;
import static io.rlhf4j.train.Miniature.REWARD_TOKEN;
import static io.rlhf4j.train.Miniature.last;
import static io.rlhf4j.train.Miniature.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.LeakCheck;
import io.rlhf4j.model.Generation;
import io.rlhf4j.model.Generator;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Sampling;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.train.Miniature.Cast;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tiny models through the real trainers. */
class TrainerTest {
  /** Packing changes only the order of sums in float32; so much may a loss of about 2 move. */
  private static final double PACKING = 1e-4;

  private static final List<Sample> DEMONSTRATIONS =
      List.of(
          new Sample(new int[] {1, 2}, new int[] {7, 8, 9}),
          new Sample(new int[] {2, 1, 3}, new int[] {9, 9}),
          new Sample(new int[] {4}, new int[] {10, 11, 12, 13}),
          new Sample(new int[] {5, 4}, new int[] {6}));

  @TempDir Path folder;

  private static SftConfig sft(int epochs, boolean packing, CheckpointConfig checkpoints) {
    return new SftConfig(
        epochs,
        4,
        4,
        16,
        packing,
        true,
        0,
        0,
        Miniature.optimizer(1e-2),
        0,
        0.1,
        checkpoints,
        1,
        42);
  }

  private static SftTrainer sftTrainer(Transformer model, SftConfig config, Run run) {
    return new SftTrainer(config, model, PAD, DEMONSTRATIONS, List.of(), null, run);
  }

  @Test
  void supervisedTrainingLearnsFourDemonstrationsByHeart() {
    try (Transformer model = Miniature.language(1)) {
      List<MetricsRow> rows =
          Miniature.recorded(
              folder,
              NO_CHECKPOINTS,
              run -> sftTrainer(model, sft(80, false, NO_CHECKPOINTS), run).train());
      assertThat(number(rows.get(0), "loss")).isCloseTo(Math.log(16), within(0.5));
      assertThat(number(last(rows), "loss")).isLessThan(0.05);
      for (Sample sample : DEMONSTRATIONS) {
        Generation written =
            new Generator(model, 1)
                .generate(
                    List.of(sample.prompt()),
                    Sampling.greedy(sample.completion().length),
                    new long[] {0},
                    new int[0])
                .get(0);
        assertThat(written.tokens()).isEqualTo(sample.completion());
      }
    }
  }

  @Test
  void packingChangesNoLoss() {
    List<List<MetricsRow>> both = new ArrayList<>();
    for (boolean packing : new boolean[] {false, true}) {
      try (Transformer model = Miniature.language(1)) {
        both.add(
            Miniature.recorded(
                folder.resolve("packing-" + packing),
                NO_CHECKPOINTS,
                run -> sftTrainer(model, sft(10, packing, NO_CHECKPOINTS), run).train()));
      }
    }
    for (int i = 0; i < 10; i++) {
      assertThat(number(both.get(1).get(i), "loss"))
          .isCloseTo(number(both.get(0).get(i), "loss"), within(PACKING));
    }
  }

  @Test
  void pretrainingTextInOnePassWithTheDemonstrationsWeighsWhatItDoesInItsOwn() {
    // A third of each step: two rows beside four demonstrations. Passes of 4 take them apart.
    List<List<MetricsRow>> both = new ArrayList<>();
    List<float[]> weights = new ArrayList<>();
    for (int microBatch : new int[] {4, 6}) {
      SftConfig config =
          new SftConfig(
              10,
              4,
              microBatch,
              16,
              true,
              true,
              0,
              1 / 3.0,
              Miniature.optimizer(1e-2),
              0,
              0.1,
              NO_CHECKPOINTS,
              1,
              42);
      try (Transformer model = Miniature.language(1)) {
        both.add(
            Miniature.recorded(
                folder.resolve("passes-of-" + microBatch),
                NO_CHECKPOINTS,
                run ->
                    new SftTrainer(
                            config, model, PAD, DEMONSTRATIONS, List.of(), Miniature.text(), run)
                        .train()));
        weights.add(Miniature.weights(model));
      }
    }
    for (int i = 0; i < 10; i++) {
      assertThat(number(both.get(1).get(i), "loss"))
          .isCloseTo(number(both.get(0).get(i), "loss"), within(PACKING));
    }
    // A thirtieth of what ten steps may change: where a gradient is nothing but rounding, Adam
    // takes
    // a step all the same.
    assertThat(weights.get(1)).containsExactly(weights.get(0), within(3e-3f));
    assertThat(number(last(both.get(0)), "loss"))
        .isNotEqualTo(lossWithoutMixture()); // the text does count
  }

  private double lossWithoutMixture() {
    try (Transformer model = Miniature.language(1)) {
      return number(
          last(
              Miniature.recorded(
                  folder.resolve("no-mixture"),
                  NO_CHECKPOINTS,
                  run -> sftTrainer(model, sft(10, true, NO_CHECKPOINTS), run).train())),
          "loss");
    }
  }

  @Test
  void aWeightThatIsNoNumberIsNamedAndTheLastCheckpointComesBack() {
    try (Transformer model = Miniature.language(1)) {
      List<float[]> good = new ArrayList<>();
      CheckpointConfig everySecond = new CheckpointConfig(2, 1);
      assertThatThrownBy(
              () ->
                  Miniature.recorded(
                      folder,
                      everySecond,
                      run ->
                          sftTrainer(model, sft(8, false, everySecond), run)
                              .afterEpoch(
                                  epoch -> {
                                    if (epoch == 2) {
                                      good.add(Miniature.weights(model));
                                    } else if (epoch == 3) {
                                      Miniature.poison(model, "layers.0.up.weight");
                                    }
                                  })
                              .train()))
          .isInstanceOf(DivergenceException.class)
          .hasMessageContaining("the loss is not finite: NaN")
          .hasMessageContaining("'layers.0.up.weight'")
          .hasMessageContaining("policy model")
          .hasMessageEndingWith("went back to the weights of step 2, the last checkpoint");
      assertThat(Miniature.weights(model)).isEqualTo(good.get(0));
      assertThat(Host.floats(model.weights().gradient())).containsOnly(0);
    }
  }

  /** Rankings of four in which more of the liked token is better; equal counts tie. */
  private static List<RankedSample> rankings(int count, long seed) {
    Random random = new Random(seed);
    List<RankedSample> rankings = new ArrayList<>();
    while (rankings.size() < count) {
      int[] prompt = random.ints(3, 1, REWARD_TOKEN).toArray();
      List<int[]> completions = new ArrayList<>();
      int[] liked = new int[4];
      for (int i = 0; i < 4; i++) {
        int[] completion = random.ints(4, 4, 8).toArray();
        completions.add(completion);
        liked[i] = (int) Arrays.stream(completion).filter(t -> t == Miniature.LIKED).count();
      }
      int[] ranks = Arrays.stream(liked).map(n -> 5 - n).toArray();
      RankedSample ranking = new RankedSample(prompt, completions, ranks, "planted");
      if (ranking.pairs() > 0) {
        rankings.add(ranking);
      }
    }
    return rankings;
  }

  private static RewardConfig reward(
      int epochs, RewardConfig.Objective objective, RewardConfig.Readout readout) {
    return new RewardConfig(
        epochs,
        16,
        32,
        32,
        objective,
        readout,
        0,
        Miniature.optimizer(1e-2),
        0,
        0.1,
        NO_CHECKPOINTS,
        1,
        42);
  }

  @ParameterizedTest
  @CsvSource({
    "PAIRWISE, LAST_TOKEN",
    "PAIRWISE, REWARD_TOKEN",
    "PLACKETT_LUCE, LAST_TOKEN",
    "PLACKETT_LUCE, REWARD_TOKEN"
  })
  void aRewardModelLearnsAPlantedPreference(
      RewardConfig.Objective objective, RewardConfig.Readout readout) {
    try (Transformer model = Miniature.scalar(1)) {
      int token = readout == RewardConfig.Readout.REWARD_TOKEN ? REWARD_TOKEN : -1;
      RewardModel reward = new RewardModel(model, token, PAD);
      List<MetricsRow> rows =
          Miniature.recorded(
              folder,
              NO_CHECKPOINTS,
              run ->
                  new RewardTrainer(reward(12, objective, readout), reward, rankings(128, 1), run)
                      .train());
      assertThat(number(last(rows), "loss")).isLessThan(number(rows.get(0), "loss"));
      assertThat(accuracy(reward, rankings(64, 2))).isGreaterThan(0.95);
    }
  }

  private static double accuracy(RewardModel reward, List<RankedSample> rankings) {
    int right = 0;
    int pairs = 0;
    for (RankedSample ranking : rankings) {
      List<Sample> samples =
          ranking.completions().stream().map(c -> new Sample(ranking.prompt(), c)).toList();
      double[] scores = reward.score(samples, 8);
      for (int i = 0; i < scores.length; i++) {
        for (int j = 0; j < scores.length; j++) {
          if (ranking.ranks()[i] < ranking.ranks()[j]) {
            pairs++;
            right += scores[i] > scores[j] ? 1 : 0;
          }
        }
      }
    }
    return (double) right / pairs;
  }

  private static List<PairSample> pairs() {
    return List.of(
        new PairSample(new int[] {1, 2}, new int[] {7, 8}, new int[] {9, 10, 11}),
        new PairSample(new int[] {3}, new int[] {4, 4}, new int[] {5}),
        new PairSample(new int[] {2, 2}, new int[] {6}, new int[] {8, 1}),
        new PairSample(new int[] {5, 6, 7}, new int[] {12}, new int[] {13}));
  }

  private static DpoConfig dpo(int epochs) {
    return new DpoConfig(
        epochs, 4, 2, 16, 0.1, 0, Miniature.optimizer(1e-2), 0, 0.1, NO_CHECKPOINTS, 1, 42);
  }

  @Test
  void directPreferenceOptimizationStartsAtTheReferenceAndSeparatesThePairs() {
    try (Transformer model = Miniature.language(1)) {
      List<MetricsRow> rows =
          Miniature.recorded(
              folder,
              NO_CHECKPOINTS,
              run -> new DpoTrainer(dpo(40), model, PAD, pairs(), run).train());
      MetricsRow first = rows.get(0);
      assertThat(number(first, "loss")).isCloseTo(Math.log(2), within(1e-6));
      for (String zero : List.of("rewards/chosen", "rewards/rejected", "rewards/margins")) {
        assertThat(number(first, zero)).as(zero).isCloseTo(0, within(1e-6));
      }
      assertThat(number(last(rows), "rewards/accuracies")).isEqualTo(1);
      assertThat(number(last(rows), "loss")).isLessThan(0.4);
    }
  }

  @ParameterizedTest
  @CsvSource({"sft", "reward", "dpo", "ppo"})
  void aTrainerLeavesNoNativeObjectBehind(String trainer) {
    CheckpointConfig every = new CheckpointConfig(1, 1);
    Runnable training =
        () ->
            Miniature.recorded(
                folder,
                every,
                run -> {
                  switch (trainer) {
                    case "sft" -> {
                      try (Transformer model = Miniature.language(1)) {
                        sftTrainer(model, sft(3, true, every), run).train();
                      }
                    }
                    case "reward" -> {
                      try (Transformer model = Miniature.scalar(1)) {
                        RewardConfig config =
                            reward(
                                2,
                                RewardConfig.Objective.PLACKETT_LUCE,
                                RewardConfig.Readout.LAST_TOKEN);
                        RewardModel reward = new RewardModel(model, -1, PAD);
                        new RewardTrainer(config, reward, rankings(32, 1), run).train();
                      }
                    }
                    case "dpo" -> {
                      try (Transformer model = Miniature.language(1)) {
                        new DpoTrainer(dpo(3), model, PAD, pairs(), run).train();
                      }
                    }
                    default -> {
                      try (Cast cast = Cast.fresh()) {
                        PpoConfig config = Miniature.ppo(2, 1, Miniature.FREE, 0.9, every);
                        cast.trainer(config, run).train();
                      }
                    }
                  }
                });
    LeakCheck.cleansUp(training);
  }
}
