package io.rlhf4j.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.data.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** ROUGE, BLEU and the answers' scores against numbers worked by hand and golden ones. */
class TextScoresTest {
  @Test
  void rougeWorkedByHand() {
    // "a b c d" against "a c b": 3 words in common; longest common subsequence "a b" or "a c".
    assertThat(Rouge.n("a b c d", "A, c... b", 1)).isEqualTo(new Rouge(0.75, 1, 6.0 / 7));
    assertThat(Rouge.l("a b c d", "A, c... b").precision()).isEqualTo(0.5);
    assertThat(Rouge.n("a b c d", "A, c... b", 2).f1()).isEqualTo(0);
  }

  @Test
  void bleuWorkedByHand() {
    // "a b c d e" against "a b c d f": 4/5, 3/4, 2/3, 1/2: the product is 1/5.
    Bleu found = Bleu.corpus(List.of("a b c d e"), List.of(List.of("a b c d f")));
    assertThat(found.score()).isCloseTo(100 * Math.pow(0.2, 0.25), within(1e-10));
    assertThat(found.brevityPenalty()).isEqualTo(1);
    assertThatThrownBy(() -> Bleu.corpus(List.of("a"), List.of()))
        .isInstanceOf(InputException.class);
  }

  @Test
  void squadWorkedByHand() {
    // "big red dog" against "the red cat": one word in common: 2 * 1 / (3 + 2)
    assertThat(SquadScore.of("Big, red dog!", List.of("the red cat")).f1()).isEqualTo(0.4);
    assertThat(SquadScore.of("", List.of(""))).isEqualTo(new SquadScore(1, 1, false));
  }

  @Test
  void dropWorkedByHand() {
    // "blue" matches best with "blue car" (2/3), "12" with "12.0" (1): (2/3 + 1) / 2
    DropScore found = DropScore.of(List.of("12", "blue"), List.of(List.of("the blue car", "12.0")));
    assertThat(found.f1()).isCloseTo(5.0 / 6, within(1e-15));
    assertThat(found.exact()).isEqualTo(0);
    assertThat(found.roundedF1()).isEqualTo(0.83);
  }

  @Test
  void onlyWhatReadsAsANumberIsOne() {
    assertThat(DropScore.normalized("3d 1e3 .5 5. 1,000 Infinity"))
        .isEqualTo("3d 1000.0 0.5 5.0 1000.0 inf");
  }

  @Test
  void theBestMatchingEqualsTheOneFoundByTryingAll() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      int n = 1 + random.nextInt(6);
      double[][] scores = new double[n][];
      for (int i = 0; i < n; i++) {
        scores[i] = random.ints(n, 0, 5).asDoubleStream().toArray();
      }
      assertThat(Assignment.best(scores)).isEqualTo(byTryingAll(scores, 0, new boolean[n]));
    }
  }

  private static double byTryingAll(double[][] scores, int row, boolean[] taken) {
    double best = row == scores.length ? 0 : Double.NEGATIVE_INFINITY;
    for (int c = 0; row < scores.length && c < taken.length; c++) {
      if (!taken[c]) {
        taken[c] = true;
        best = Math.max(best, scores[row][c] + byTryingAll(scores, row + 1, taken));
        taken[c] = false;
      }
    }
    return best;
  }

  @Test
  void rougeEqualsTheGoldenNumbers() {
    MathFixture fixture = MathFixture.read("rouge");
    for (MathFixture.Case c : fixture.cases()) {
      String said = c.input().get("prediction").asText();
      String wanted = c.input().get("reference").asText();
      check(Rouge.n(said, wanted, 1), c.expected().get("rouge1"), fixture.tolerance());
      check(Rouge.n(said, wanted, 2), c.expected().get("rouge2"), fixture.tolerance());
      check(Rouge.l(said, wanted), c.expected().get("rougeL"), fixture.tolerance());
    }
  }

  private static void check(Rouge found, JsonNode wanted, Offset<Double> near) {
    assertThat(found.precision()).isCloseTo(wanted.get("precision").asDouble(), near);
    assertThat(found.recall()).isCloseTo(wanted.get("recall").asDouble(), near);
    assertThat(found.f1()).isCloseTo(wanted.get("f1").asDouble(), near);
  }

  @Test
  void bleuEqualsTheGoldenNumbers() {
    MathFixture fixture = MathFixture.read("bleu");
    for (MathFixture.Case c : fixture.cases()) {
      JsonNode in = c.input();
      if (in.get("kind").asText().equals("tokenize")) {
        assertThat(Bleu.tokens13a(in.get("text").asText()))
            .as(c.name())
            .isEqualTo(MathFixture.strings(c.expected().get("tokens")));
        continue;
      }
      List<List<String>> references = new ArrayList<>();
      in.get("references").forEach(r -> references.add(MathFixture.strings(r)));
      Bleu.Smoothing smoothing =
          in.get("smoothing").asText().equals("add-k")
              ? Bleu.Smoothing.ADD_ONE
              : Bleu.Smoothing.valueOf(in.get("smoothing").asText().toUpperCase(Locale.ROOT));
      Bleu found =
          Bleu.corpus(
              MathFixture.strings(in.get("hypotheses")),
              references,
              smoothing,
              in.get("lowercase").asBoolean());
      JsonNode wanted = c.expected();
      Offset<Double> near = fixture.tolerance();
      assertThat(found.score()).as(c.name()).isCloseTo(wanted.get("score").asDouble(), near);
      double[] precisions = MathFixture.doubles(wanted.get("precisions"));
      for (int n = 0; n < 4; n++) {
        assertThat(found.precisions().get(n)).as(c.name()).isCloseTo(precisions[n], near);
        assertThat(found.counts().get(n)).isEqualTo(wanted.get("counts").get(n).asLong());
        assertThat(found.totals().get(n)).isEqualTo(wanted.get("totals").get(n).asLong());
      }
      assertThat(found.brevityPenalty()).isCloseTo(wanted.get("brevity_penalty").asDouble(), near);
      assertThat(found.outputLength()).isEqualTo(wanted.get("sys_len").asLong());
      assertThat(found.referenceLength()).isEqualTo(wanted.get("ref_len").asLong());
    }
  }

  @Test
  void squadEqualsTheGoldenNumbers() {
    MathFixture fixture = MathFixture.read("squad");
    for (MathFixture.Case c : fixture.cases()) {
      if (c.input().get("kind").asText().equals("single")) {
        String prediction = c.input().get("prediction").asText();
        SquadScore found = score(c.input());
        assertThat(SquadScore.normalized(prediction))
            .isEqualTo(c.expected().get("normalized").asText());
        assertThat(found.exact()).as(c.name()).isEqualTo(c.expected().get("exact").asDouble());
        assertThat(found.f1())
            .as(c.name())
            .isCloseTo(c.expected().get("f1").asDouble(), fixture.tolerance());
      } else {
        List<SquadScore> scores = new ArrayList<>();
        c.input().get("items").forEach(item -> scores.add(score(item)));
        check(SquadScore.totals(scores), c.expected().get("overall"), fixture.tolerance());
        check(
            SquadScore.totalsWithAnswer(scores),
            c.expected().get("has_answer"),
            fixture.tolerance());
        check(
            SquadScore.totalsWithoutAnswer(scores),
            c.expected().get("no_answer"),
            fixture.tolerance());
      }
    }
  }

  private static SquadScore score(JsonNode item) {
    return SquadScore.of(item.get("prediction").asText(), MathFixture.strings(item.get("answers")));
  }

  private static void check(SquadScore.Totals found, JsonNode wanted, Offset<Double> near) {
    assertThat(found.exact()).isCloseTo(wanted.get("exact").asDouble(), near);
    assertThat(found.f1()).isCloseTo(wanted.get("f1").asDouble(), near);
    assertThat(found.questions()).isEqualTo(wanted.get("total").asInt());
  }

  @Test
  void dropEqualsTheGoldenNumbers() {
    MathFixture fixture = MathFixture.read("drop");
    for (MathFixture.Case c : fixture.cases()) {
      List<String> spans = MathFixture.strings(c.input().get("prediction_spans"));
      List<List<String>> answers = new ArrayList<>();
      c.input().get("gold_answers").forEach(a -> answers.add(MathFixture.strings(a)));
      assertThat(spans.stream().map(DropScore::normalized).toList())
          .isEqualTo(MathFixture.strings(c.expected().get("normalized")));
      for (int a = 0; a < answers.size(); a++) {
        check(
            DropScore.against(spans, answers.get(a)),
            c.expected().get("per_gold").get(a),
            fixture.tolerance());
      }
      check(DropScore.of(spans, answers), c.expected().get("best"), fixture.tolerance());
    }
  }

  private static void check(DropScore found, JsonNode wanted, Offset<Double> near) {
    assertThat(found.exact()).isEqualTo(wanted.get("em").asDouble());
    assertThat(found.f1()).isCloseTo(wanted.get("f1").asDouble(), near);
    assertThat(found.roundedF1()).isCloseTo(wanted.get("f1_rounded").asDouble(), near);
  }
}
