package io.rlhf4j.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KappaTest {
  @Test
  void cohensKappaWorkedByHand() {
    // Both say 0: 2 items, 1: 1 item, they differ on 1: observed agreement 3/4.
    // Shares of 0: 3/4 and 2/4; by chance they agree on 3/8 + 1/8 = 1/2. (3/4 - 1/2) / (1/2) = 1/2
    CohenKappa kappa =
        CohenKappa.of(new int[] {0, 0, 0, 1}, new int[] {0, 0, 1, 1}, 2, CohenKappa.Weights.NONE);
    assertThat(kappa.kappa()).isCloseTo(0.5, within(1e-15));
    assertThat(kappa.observedAgreement()).isEqualTo(0.75);
  }

  @Test
  void cohensKappaOfTwoLabelersTakesOnlyWhatBothJudged() {
    Prompt p = Prompt.plain("p", "?");
    Prompt q = Prompt.plain("q", "?");
    Judgements judgements =
        Judgements.ofRankings(
            List.of(
                Ranking.of(p, List.of("a", "b", "c"), List.of(1, 2, 3), "ann"),
                Ranking.of(p, List.of("a", "b", "c"), List.of(1, 3, 2), "bob"),
                Ranking.of(q, List.of("a", "b"), List.of(1, 2), "ann")));
    // ab, ac alike, bc not: observed 2/3. ann says FIRST always: expected = bob's FIRST = 2/3.
    assertThat(CohenKappa.of(judgements, "ann", "bob")).isEqualTo(new CohenKappa(0, 2.0 / 3));
    assertThatThrownBy(() -> CohenKappa.of(judgements, "ann", "carl"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no comparison in common");
  }

  @Test
  void unequalNumbersOfRatingsAreRefusedByFleiss() {
    assertThatThrownBy(() -> FleissKappa.of(new int[][] {{2, 1}, {1, 1}}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("found 3 and 2");
  }

  @Test
  void alphaOfTwoRatersWorkedByHand() {
    // Units (0,0), (0,1), (1,1): n = 6, n_0 = n_1 = 3. Coincidences off the diagonal: 1 + 1.
    // observed 2, expected 2 * 9 / (6 - 1) = 3.6: alpha = 1 - 2 / 3.6 = 4/9.
    double[][] units = {{0, 0}, {0, 1}, {1, 1}, {1, Double.NaN}};
    KrippendorffAlpha alpha = KrippendorffAlpha.of(units, KrippendorffAlpha.Metric.NOMINAL);
    assertThat(alpha.alpha()).isCloseTo(4.0 / 9, within(1e-15));
    assertThat(alpha.pairableValues()).isEqualTo(6);
  }

  @Test
  void alphaIsUndefinedWhereNothingDiffers() {
    double[][] units = {{1, 1}, {1, Double.NaN}};
    assertThat(KrippendorffAlpha.of(units, KrippendorffAlpha.Metric.INTERVAL).alpha()).isNaN();
  }

  @Test
  void cohenEqualsTheGoldenNumbers() {
    MathFixture fixture = MathFixture.read("cohen_kappa");
    for (MathFixture.Case c : fixture.cases()) {
      double[] categories = MathFixture.doubles(c.input().get("categories"));
      CohenKappa found =
          CohenKappa.of(
              codes(c.input().get("rater1"), categories),
              codes(c.input().get("rater2"), categories),
              categories.length,
              CohenKappa.Weights.valueOf(
                  c.input().get("weights").asText().toUpperCase(Locale.ROOT)));
      check(c, "kappa", found.kappa(), fixture);
      check(c, "observed_agreement", found.observedAgreement(), fixture);
    }
  }

  @Test
  void fleissEqualsTheGoldenNumbers() {
    MathFixture fixture = MathFixture.read("fleiss_kappa");
    for (MathFixture.Case c : fixture.cases()) {
      int[][] counts =
          Arrays.stream(MathFixture.table(c.input().get("counts")))
              .map(row -> Arrays.stream(row).mapToInt(x -> (int) x).toArray())
              .toArray(int[][]::new);
      FleissKappa found = FleissKappa.of(counts);
      check(c, "kappa", found.kappa(), fixture);
      check(c, "observed", found.observed(), fixture);
      check(c, "expected_agreement", found.expected(), fixture);
    }
  }

  @Test
  void krippendorffEqualsTheGoldenNumbers() {
    MathFixture fixture = MathFixture.read("krippendorff_alpha");
    for (MathFixture.Case c : fixture.cases()) {
      KrippendorffAlpha found =
          KrippendorffAlpha.of(
              MathFixture.table(c.input().get("units")),
              KrippendorffAlpha.Metric.valueOf(
                  c.input().get("metric").asText().toUpperCase(Locale.ROOT)));
      check(c, "alpha", found.alpha(), fixture);
      check(c, "pairable_values", found.pairableValues(), fixture);
    }
  }

  private static void check(MathFixture.Case c, String key, double found, MathFixture fixture) {
    JsonNode wanted = c.expected().get(key);
    if (wanted.isNull()) {
      assertThat(found).as(c.name()).isNaN();
    } else {
      assertThat(found).as(c.name()).isCloseTo(wanted.asDouble(), fixture.tolerance());
    }
  }

  private static int[] codes(JsonNode labels, double[] categories) {
    return IntStream.range(0, labels.size())
        .map(i -> Arrays.binarySearch(categories, labels.get(i).asDouble()))
        .toArray();
  }
}
