package io.rlhf4j.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.eval.policy.PolicyFigures;
import io.rlhf4j.eval.preference.RewardFigures;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.stats.Bootstrap;
import io.rlhf4j.tokenizer.BpeTrainer;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.CheckpointConfig;
import io.rlhf4j.train.OptimizerConfig;
import io.rlhf4j.train.RewardConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reward models and policies of a toy world, in which everybody likes the sun. */
class EvaluatedRunsTest {
  private static final int POSITIONS = 32;
  private static final Bootstrap QUICK = new Bootstrap(100, 0.95, 1);
  private static final List<String> LIKED = List.of("sun", "sun and sea", "the sun");
  private static final List<String> DISLIKED = List.of("rain", "rain and wind", "the rain");

  @TempDir static Path work = Path.of("");

  private static FigureSet folds = FigureSet.of("", List.of(), Map.of(), List.of());

  @BeforeAll
  static void trainOnEachGroupOfLabelers() {
    Random random = new Random(3);
    List<Ranking> rankings = new ArrayList<>();
    for (int i = 0; i < 240; i++) {
      String good = LIKED.get(random.nextInt(3));
      String bad = DISLIKED.get(random.nextInt(3));
      boolean first = random.nextBoolean();
      rankings.add(
          Ranking.of(
              Prompt.plain("p" + i / 2, "weather " + i / 2 % 7),
              first ? List.of(good, bad) : List.of(bad, good),
              first ? List.of(1, 2) : List.of(2, 1),
              "labeler-" + i % 5));
    }
    DataFiles.writeRankings(work.resolve("rankings.jsonl"), rankings);
    BpeTrainer trainer = new BpeTrainer(BpeTrainer.SMALLEST_VOCABULARY + 20, 2);
    trainer.add("weather sun sea rain wind the and weather sun sea rain wind the and");
    Path vocabulary = work.resolve("vocabulary");
    trainer.train().saveTo(vocabulary, POSITIONS);
    try (Tokenizer tokenizer = Tokenizer.load(vocabulary)) {
      ModelConfig config =
          ModelConfig.gpt2(tokenizer.vocabularySize(), 32, 1, 2, POSITIONS)
              .withTokens(tokenizer.eosId(), List.of(tokenizer.eosId()), tokenizer.padId());
      for (int seed : new int[] {1, 2}) {
        try (Transformer model = Transformer.fresh(config, Precision.FLOAT32, seed)) {
          Path folder = work.resolve(seed == 1 ? "base" : "other");
          ModelFolder.write(folder, model);
          tokenizer.saveTo(folder);
        }
      }
    }
    folds = RewardFolds.run(job(), 2, "");
  }

  private static RewardStage.Job job() {
    return new RewardStage.Job(
        work.resolve("base"),
        work.resolve("rankings.jsonl"),
        null,
        PromptStyle.PLAIN,
        Precision.FLOAT32,
        work.resolve("folds"),
        new RewardConfig(
            3,
            8,
            16,
            POSITIONS,
            RewardConfig.Objective.PAIRWISE,
            RewardConfig.Readout.LAST_TOKEN,
            0,
            OptimizerConfig.paper(5e-3),
            0,
            0.1,
            new CheckpointConfig(0, 1),
            10,
            1));
  }

  @Test
  void aSharedTasteIsPredictedForLabelersWhoWereNeverSeen() {
    assertThat(folds.figures()).hasSize(6);
    for (Figure figure : folds.figures()) {
      assertThat(figure.value()).as(figure.toString()).isGreaterThan(0.9);
    }
    assertThat(folds.notes().get(0)).startsWith("fold 1 holds out labeler-");
  }

  @Test
  void labelersAreDealtSoThatGroupsHaveAboutAsManyRankings() {
    List<Ranking> rankings = new ArrayList<>();
    int[] counts = {5, 4, 3, 2, 1, 1};
    for (int l = 0; l < counts.length; l++) {
      for (int i = 0; i < counts[l]; i++) {
        rankings.add(Ranking.of(Prompt.plain("p", "?"), List.of("a", "b"), List.of(1, 2), "l" + l));
      }
    }
    // 5 | 4 | then 3 to the 4s... by hand: l0 -> A 5, l1 -> B 4, l2 -> B 7, l3 -> A 7, l4 A, l5 B.
    assertThat(RewardFolds.groups(rankings, 2))
        .containsExactly(Set.of("l0", "l3", "l4"), Set.of("l1", "l2", "l5"));
    assertThatThrownBy(() -> RewardFolds.groups(rankings, 7))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("at most the number of labelers, 6; was 7");
  }

  @Test
  void accuracyIsPartedByLabelerAndLengthBesideTheLengthBaseline() {
    Path model = work.resolve("folds/fold-1/run/model");
    List<Ranking> rankings = DataFiles.readRankings(work.resolve("rankings.jsonl"));
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      RewardModel reward = ScalarFolder.read(model, tokenizer, Precision.FLOAT32, false);
      try (Transformer transformer = reward.transformer()) {
        FigureSet set =
            RewardFigures.of(
                "t",
                "rm",
                reward,
                PromptFormat.of(PromptStyle.PLAIN, tokenizer),
                rankings,
                rankings,
                QUICK);
        assertThat(value(set, "accuracy", "all comparisons")).isGreaterThan(0.9);
        assertThat(value(set, "longer output preferred", "preferred is longer")).isEqualTo(1);
        assertThat(value(set, "longer output preferred", "preferred is shorter")).isZero();
        assertThat(set.figures().stream().map(Figure::promptType)).contains("labeler labeler-3");
        assertThat(set.notes().get(1)).contains("labelers who judged the same pair agree in");
        assertThat(transformer.heads().scalar()).isTrue();
      }
    }
  }

  @Test
  void aPolicyHasNoDistanceToItselfAndAnotherModelHas() {
    FigureSet set =
        PolicyFigures.of(
            Map.of("same", work.resolve("base"), "other", work.resolve("other")),
            List.of(Prompt.plain("a", "weather 1"), Prompt.plain("b", "weather 2")),
            new PolicyFigures.Settings(PromptStyle.PLAIN, 4, 8, 1),
            work.resolve("base"),
            null,
            null,
            QUICK);
    assertThat(of(set, "KL to the reference", "same")).isCloseTo(0, within(1e-3));
    assertThat(of(set, "KL to the reference", "other")).isNotCloseTo(0, within(1e-3));
    // A fresh model is nearly uniform over its vocabulary.
    double uniform = Math.log(BpeTrainer.SMALLEST_VOCABULARY + 20);
    assertThat(of(set, "entropy", "same")).isCloseTo(uniform, within(0.5));
    assertThat(of(set, "unique answers", "same")).isEqualTo(1);
  }

  @Test
  void theModelCardTellsWhatTheRunFoldersKnowAndAsksForTheRest() {
    String card =
        ModelCard.of(
            "sunny",
            work.resolve("folds/fold-1/run"),
            List.of(work.resolve("rankings.jsonl")),
            List.of(folds));
    assertThat(card)
        .startsWith("# Model card: sunny\n")
        .contains("- architecture: gpt2")
        .contains("| reward | train.jsonl |")
        .contains("- rankings.jsonl: 240 rankings by 5 labelers, 240 comparisons")
        .contains("`training.batch_size` 8")
        .contains("| reward model | accuracy |  | mean of the folds |")
        .contains("_To be written by the makers: who they are, how they were chosen");
    assertThatThrownBy(() -> ModelCard.of("x", work, List.of(), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds no run.json");
  }

  private static double value(FigureSet set, String metric, String group) {
    return set.figures().stream()
        .filter(f -> f.metric().equals(metric) && f.promptType().equals(group))
        .mapToDouble(Figure::value)
        .findFirst()
        .orElseThrow();
  }

  private static double of(FigureSet set, String metric, String model) {
    return set.figures().stream()
        .filter(f -> f.metric().equals(metric) && f.model().equals(model))
        .mapToDouble(Figure::value)
        .findFirst()
        .orElseThrow();
  }
}
