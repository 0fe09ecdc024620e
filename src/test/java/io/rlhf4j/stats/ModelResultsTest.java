package io.rlhf4j.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.data.Completion;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Rating;
import io.rlhf4j.stats.ModelResults.Question;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelResultsTest {
  private static final Metadata FAILS =
      new Metadata(true, null, null, null, null, null, null, null, null, null, null);
  private static final Metadata FOLLOWS =
      new Metadata(false, null, null, null, null, null, null, null, null, null, null);

  @Test
  void winRatesLikertMeansAndRatesAreThoseCountedByHand() {
    // ppo beats sft twice, ties once, loses once: (2 + 0.5) / 4.
    List<Ranking> rankings =
        List.of(
            ranking("1", 1, 2, 7, 4, FOLLOWS, FAILS),
            ranking("2", 1, 2, 5, 4, FOLLOWS, FOLLOWS),
            ranking("3", 1, 1, 6, 6, FOLLOWS, FOLLOWS),
            ranking("4", 2, 1, 2, 6, FAILS, FOLLOWS));
    Rating alone =
        new Rating(new Completion(Prompt.plain("5", "?"), "x", "gpt", true), "ann", 1, FAILS);
    ModelResults results = ModelResults.of(rankings, List.of(alone), "sft");
    assertThat(results.models()).containsExactly("gpt", "ppo", "sft");
    assertThat(results.winRates()).containsExactly(new WinRate("ppo", "sft", 2, 1, 1));
    assertThat(results.winRates().get(0).rate()).isEqualTo(2.5 / 4);
    // gpt has one rating only: a mean without an interval says nothing.
    assertThat(results.likert())
        .extracting(l -> l.model(), l -> l.ratings(), l -> l.mean().rate())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("ppo", 4, 5.0),
            org.assertj.core.groups.Tuple.tuple("sft", 4, 5.0));
    assertThat(results.rates())
        .containsExactly(
            new ModelResults.Rate("gpt", Question.FAILS_INSTRUCTION, 1, 1),
            new ModelResults.Rate("ppo", Question.FAILS_INSTRUCTION, 1, 4),
            new ModelResults.Rate("sft", Question.FAILS_INSTRUCTION, 1, 4));
    // With two models the score difference is the log odds of the win rate: ln(2.5 / 1.5).
    BradleyTerry scores = results.scores();
    assertThat(scores).isNotNull();
    assertThat(results.smoothed()).isFalse();
    assertThat(scores.scores().get(0) - scores.scores().get(1))
        .isCloseTo(Math.log(2.5 / 1.5), within(1e-9));
  }

  @Test
  void aModelThatNeverLostGetsASmoothedScore() {
    List<Ranking> rankings = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      rankings.add(ranking("p" + i, 1, 2, 7, 1, FOLLOWS, FOLLOWS));
    }
    ModelResults results = ModelResults.of(rankings, List.of(), null);
    assertThat(results.smoothed()).isTrue();
    BradleyTerry scores = results.scores();
    assertThat(scores).isNotNull();
    // three wins and one even game: 3.5 to 0.5
    assertThat(scores.scores().get(0) - scores.scores().get(1))
        .isCloseTo(Math.log(7), within(1e-9));
  }

  @Test
  void anUnknownBaselineIsRefusedWithTheModelsThereAre() {
    List<Ranking> one = List.of(ranking("1", 1, 2, 7, 4, FOLLOWS, FAILS));
    assertThatThrownBy(() -> ModelResults.of(one, List.of(), "175b"))
        .isInstanceOf(InputException.class)
        .hasMessage("no output is by the baseline '175b'; the models are [ppo, sft]");
  }

  private static Ranking ranking(
      String id,
      int ppo,
      int sft,
      int ppoLikert,
      int sftLikert,
      Metadata ppoSays,
      Metadata sftSays) {
    return new Ranking(
        Prompt.plain(id, "?"),
        List.of("a" + id, "b" + id),
        List.of(ppo, sft),
        List.of("ppo", "sft"),
        List.of(ppoLikert, sftLikert),
        List.of(ppoSays, sftSays),
        "ann");
  }
}
