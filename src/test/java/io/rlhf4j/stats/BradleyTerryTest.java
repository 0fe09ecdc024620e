package io.rlhf4j.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BradleyTerryTest {
  @Test
  void twoModelsWorkedByHand() {
    // 3 wins to 1: s_a - s_b = log 3; information of the difference: 4 * 3/4 * 1/4 = 3/4.
    WinMatrix matrix = new WinMatrix();
    for (int i = 0; i < 3; i++) {
      matrix.win("a", "b");
    }
    matrix.win("b", "a");
    BradleyTerry fit = BradleyTerry.fit(matrix);
    assertThat(fit.scores().get(0)).isCloseTo(Math.log(3) / 2, within(1e-12));
    assertThat(fit.scoresFirstZero().get(1)).isCloseTo(-Math.log(3), within(1e-12));
    assertThat(fit.standardErrorsFirstZero().get(1)).isCloseTo(Math.sqrt(4.0 / 3), within(1e-12));
    assertThat(fit.standardErrors().get(0)).isCloseTo(Math.sqrt(1.0 / 3), within(1e-12));
    assertThat(fit.probability(0, 1)).isCloseTo(0.75, within(1e-12));
    assertThat(fit.elo().get(0) - fit.elo().get(1)).isCloseTo(400 * Math.log10(3), within(1e-9));
  }

  @Test
  void rankingsCountEveryPairOfPolicies() {
    Ranking ranking =
        new Ranking(
            Prompt.plain("p", "?"),
            List.of("x", "y", "z"),
            List.of(2, 1, 1),
            List.of("sft", "ppo", "gpt"),
            List.of(),
            List.of(),
            "ann");
    WinMatrix matrix = WinMatrix.ofRankings(List.of(ranking));
    assertThat(matrix.names()).containsExactly("gpt", "ppo", "sft");
    assertThat(matrix.wins()).isDeepEqualTo(new double[][] {{0, 0.5, 1}, {0.5, 0, 1}, {0, 0, 0}});
  }

  @Test
  void aModelThatNeverWonHasNoScoreUnlessThereIsAPrior() {
    WinMatrix matrix = new WinMatrix();
    matrix.win("a", "b");
    assertThatThrownBy(() -> BradleyTerry.fit(matrix))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("[a, b]")
        .hasMessageContaining("prior");
    // One more game, half won by each: 1.5 to 0.5.
    assertThat(BradleyTerry.fitWithPrior(matrix, 1).probability(0, 1))
        .isCloseTo(0.75, within(1e-12));
  }

  @Test
  void aMillionComparisonsOfFiftyModelsAreFittedInTwoSeconds() {
    int models = 50;
    double[] truth = IntStream.range(0, models).mapToDouble(i -> (i - 24.5) / 20).toArray();
    String[] names = IntStream.range(0, models).mapToObj(i -> "m" + i).toArray(String[]::new);
    int games = 1_000_000;
    SplittableRandom random = new SplittableRandom(1);
    int[] winners = new int[games];
    int[] losers = new int[games];
    for (int g = 0; g < games; g++) {
      int i = random.nextInt(models);
      int j = (i + 1 + random.nextInt(models - 1)) % models;
      boolean won = random.nextDouble() < 1 / (1 + Math.exp(truth[j] - truth[i]));
      winners[g] = won ? i : j;
      losers[g] = won ? j : i;
    }
    long start = System.nanoTime();
    WinMatrix matrix = new WinMatrix();
    for (String name : names) {
      matrix.add(name, names[0], 0);
    }
    for (int g = 0; g < games; g++) {
      matrix.win(names[winners[g]], names[losers[g]]);
    }
    BradleyTerry fit = BradleyTerry.fit(matrix);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    for (int i = 0; i < models; i++) {
      // Four standard errors: one miss in 300 runs of all 50, and the seed is fixed.
      assertThat(fit.scores().get(i)).isCloseTo(truth[i], within(4 * fit.standardErrors().get(i)));
    }
  }

  @Test
  void fitsEqualTheGoldenNumbers() {
    MathFixture fixture = MathFixture.read("bradley_terry");
    for (MathFixture.Case c : fixture.cases()) {
      double[][] wins = MathFixture.table(c.input().get("wins"));
      List<String> names = IntStream.range(0, wins.length).mapToObj(i -> "m" + i).toList();
      JsonNode wanted = c.expected();
      if (!wanted.get("exists").asBoolean()) {
        assertThatThrownBy(() -> BradleyTerry.fit(names, wins)).isInstanceOf(InputException.class);
        continue;
      }
      BradleyTerry fit = BradleyTerry.fit(names, wins);
      check(c, "scores", fit.scores(), fixture);
      check(c, "standard_errors", fit.standardErrors(), fixture);
      check(c, "scores_item0_zero", fit.scoresFirstZero(), fixture);
      check(c, "standard_errors_item0_zero", fit.standardErrorsFirstZero(), fixture);
      check(c, "elo", fit.elo().stream().map(elo -> elo).toList(), fixture);
      assertThat(fit.logLikelihood())
          .isCloseTo(wanted.get("log_likelihood").asDouble(), fixture.tolerance());
      double[][] chances = MathFixture.table(wanted.get("probability_row_beats_column"));
      for (int i = 0; i < wins.length; i++) {
        for (int j = 0; j < wins.length; j++) {
          if (i != j) {
            assertThat(fit.probability(i, j)).isCloseTo(chances[i][j], fixture.tolerance());
          }
        }
      }
    }
  }

  private static void check(
      MathFixture.Case c, String key, List<Double> found, MathFixture fixture) {
    double[] wanted = MathFixture.doubles(c.expected().get(key));
    assertThat(found).hasSize(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      // Elo points are 174 times larger than scores.
      double scale = Math.max(1, Math.abs(wanted[i]));
      assertThat(found.get(i) / scale)
          .as(c.name() + " " + key)
          .isCloseTo(wanted[i] / scale, fixture.tolerance());
    }
  }
}
