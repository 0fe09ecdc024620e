package io.rlhf4j.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import java.util.List;
import org.junit.jupiter.api.Test;

class WinRateTest {
  private static Ranking ranking(String labeler, int ppo, int sft, int gpt) {
    return new Ranking(
        Prompt.plain("p", "?"),
        List.of("x", "y", "z"),
        List.of(ppo, sft, gpt),
        List.of("ppo", "sft", "gpt"),
        List.of(),
        List.of(),
        labeler);
  }

  private static final List<Ranking> RANKINGS =
      List.of(
          ranking("ann", 1, 2, 3),
          ranking("ann", 1, 1, 2),
          ranking("bob", 2, 1, 3),
          ranking("bob", 1, 2, 2));

  @Test
  void tiesCountOneHalf() {
    // ppo against sft: win, tie, loss, win = (2 + 1/2) / 4
    WinRate rate = WinRate.ofRankings(RANKINGS, "ppo", "sft");
    assertThat(rate).isEqualTo(new WinRate("ppo", "sft", 2, 1, 1));
    assertThat(rate.rate()).isEqualTo(0.625);
    assertThat(rate.interval()).isEqualTo(Interval.wilson(2.5, 4));
  }

  @Test
  void bothSidesAddUpToOne() {
    assertThat(WinRate.ofRankings(RANKINGS, "sft", "ppo").rate()).isEqualTo(0.375);
  }

  @Test
  void groupsOfLabelersAreCountedApart() {
    assertThat(WinRate.byLabelerGroup(RANKINGS, "ppo", "sft", name -> name.substring(0, 1)))
        .containsEntry("a", new WinRate("ppo", "sft", 1, 0, 1))
        .containsEntry("b", new WinRate("ppo", "sft", 1, 1, 0))
        .hasSize(2);
  }

  @Test
  void anUnknownModelNamesTheOnesThatAreThere() {
    assertThatThrownBy(() -> WinRate.ofRankings(RANKINGS, "flan", "sft"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'flan'")
        .hasMessageContaining("[gpt, ppo, sft]");
  }
}
