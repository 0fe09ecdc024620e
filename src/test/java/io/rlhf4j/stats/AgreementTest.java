package io.rlhf4j.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private static final Prompt PROMPT = Prompt.plain("p", "Why?");

  @Test
  void twoRankingsOfThreeWorkedByHand() {
    // ann: a < b < c; bob sees them in another order: c = b > a. Pairs (ann, bob):
    // ab: FIRST, SECOND no; ac: FIRST, SECOND no; bc: FIRST, TIE no. Carl agrees with ann on ab,
    // ac.
    Ranking ann = Ranking.of(PROMPT, List.of("a", "b", "c"), List.of(1, 2, 3), "ann");
    Ranking bob = Ranking.of(PROMPT, List.of("c", "a", "b"), List.of(1, 2, 1), "bob");
    Ranking carl = Ranking.of(PROMPT, List.of("a", "b", "c"), List.of(1, 2, 2), "carl");
    Agreement two = Agreement.ofRankings(List.of(ann, bob));
    assertThat(two.pairs()).isEqualTo(3);
    assertThat(two.agreeing()).isEqualTo(0);
    assertThat(two.decidedPairs()).isEqualTo(2);
    // With carl: ann-carl agree on ab, ac, not bc; bob-carl agree on bc (both tie): 3 of 9.
    Agreement three = Agreement.ofRankings(List.of(ann, bob, carl));
    assertThat(three.pairs()).isEqualTo(9);
    assertThat(three.agreeing()).isEqualTo(3);
    assertThat(three.rateWithoutTies()).isEqualTo(2.0 / 6);
    assertThat(three.perLabeler())
        .isEqualTo(Map.of("ann", 2.0 / 6, "bob", 1.0 / 6, "carl", 3.0 / 6));
  }

  @Test
  void pairsOfDifferentPromptsAreDifferentComparisons() {
    Ranking one = Ranking.of(PROMPT, List.of("a", "b"), List.of(1, 2), "ann");
    Ranking other = Ranking.of(Prompt.plain("q", "How?"), List.of("a", "b"), List.of(1, 2), "bob");
    assertThatThrownBy(() -> Agreement.ofRankings(List.of(one, other)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("none of the 2 comparisons");
  }

  @Test
  void aLabelersSecondJudgementOfAPairIsCountedAsRepeated() {
    Ranking first = Ranking.of(PROMPT, List.of("a", "b"), List.of(1, 2), "ann");
    Ranking again = Ranking.of(PROMPT, List.of("a", "b"), List.of(2, 1), "ann");
    Judgements judgements = Judgements.ofRankings(List.of(first, again));
    assertThat(judgements.repeated()).isEqualTo(1);
    assertThat(judgements.comparisons().get(0).judgements())
        .containsExactly(new Judgement("ann", Preference.FIRST));
  }

  @Test
  void equalCompletionsInOneRankingCountOnceWithTheirBestRank() {
    Ranking ranking = Ranking.of(PROMPT, List.of("a", "b", "a"), List.of(3, 2, 1), "ann");
    assertThat(Judgements.ofRankings(List.of(ranking)).comparisons())
        .singleElement()
        .isEqualTo(new Judgements.Comparison("p", List.of(new Judgement("ann", Preference.FIRST))));
  }

  @Test
  void theTableHasAColumnPerLabelerAndHolesWhereNobodyJudged() {
    Ranking ann = Ranking.of(PROMPT, List.of("a", "b"), List.of(1, 2), "ann");
    Ranking bob = Ranking.of(Prompt.plain("q", "?"), List.of("a", "b"), List.of(1, 1), "bob");
    double[][] table = Judgements.ofRankings(List.of(bob, ann)).table();
    assertThat(table[0]).containsExactly(Double.NaN, 2);
    assertThat(table[1]).containsExactly(0, Double.NaN);
  }

  @Test
  void theIntervalOverPromptsIsWiderThanTheOneThatTakesPairsForIndependent() {
    // Two labelers agree on all 36 pairs of a prompt or on none.
    List<Ranking> rankings = new ArrayList<>();
    for (int p = 0; p < 40; p++) {
      Prompt prompt = Prompt.plain("p" + p, "?");
      List<String> texts = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i");
      List<Integer> up = List.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
      List<Integer> down = List.of(9, 8, 7, 6, 5, 4, 3, 2, 1);
      rankings.add(Ranking.of(prompt, texts, up, "ann"));
      rankings.add(Ranking.of(prompt, texts, p % 4 == 0 ? down : up, "bob"));
    }
    Judgements judgements = Judgements.ofRankings(rankings);
    Agreement agreement = Agreement.of(judgements);
    Interval honest = Agreement.intervalOverPrompts(judgements, Bootstrap.seeded(1));
    assertThat(agreement.rate()).isEqualTo(0.75);
    assertThat(honest.rate()).isEqualTo(0.75);
    // sqrt(36) = 6 times wider
    assertThat(honest.halfWidth() / agreement.interval().halfWidth()).isCloseTo(6, within(1.0));
  }

  @Test
  void agreementEqualsTheGoldenNumbers() {
    MathFixture fixture = MathFixture.read("pairwise_agreement");
    Offset<Double> near = fixture.tolerance();
    for (MathFixture.Case c : fixture.cases()) {
      Agreement found = Agreement.of(judgements(c.input().get("comparisons")));
      JsonNode wanted = c.expected();
      assertThat(found.pairs()).as(c.name()).isEqualTo(wanted.get("pairs").asLong());
      assertThat(found.agreeing()).isEqualTo(wanted.get("agreeing").asLong());
      assertThat(found.rate()).isCloseTo(wanted.get("agreement").asDouble(), near);
      assertThat(found.standardError()).isCloseTo(wanted.get("standard_error").asDouble(), near);
      assertThat(found.rateWithoutTies())
          .isCloseTo(wanted.get("agreement_without_ties").asDouble(), near);
      assertThat(found.meanOverComparisons())
          .isCloseTo(wanted.get("mean_over_items").asDouble(), near);
      double[] perLabeler = MathFixture.doubles(wanted.get("per_labeler"));
      for (int i = 0; i < perLabeler.length; i++) {
        assertThat(found.perLabeler().get("labeler" + i)).isCloseTo(perLabeler[i], near);
      }
    }
  }

  private static Judgements judgements(JsonNode comparisons) {
    List<Judgements.Comparison> items = new ArrayList<>();
    for (JsonNode labels : comparisons) {
      List<Judgement> said = new ArrayList<>();
      for (int i = 0; i < labels.size(); i++) {
        if (!labels.get(i).isNull()) {
          Preference preference =
              switch (labels.get(i).asText()) {
                case "A" -> Preference.FIRST;
                case "B" -> Preference.SECOND;
                default -> Preference.TIE;
              };
          said.add(new Judgement("labeler" + i, preference));
        }
      }
      items.add(new Judgements.Comparison("item" + items.size(), said));
    }
    return new Judgements(items, 0);
  }
}
