package io.rlhf4j.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.stats.Screening.Standing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScreeningTest {
  @Test
  void flaggingCountsTheTextsThatTheCandidateAnswered() {
    AgreementShare share =
        Screening.flagging(
            Map.of("t1", true, "t2", false, "t3", true, "t4", false),
            Map.of("t1", true, "t2", true, "t3", true));
    assertThat(share).isEqualTo(new AgreementShare("flagging", 3, 2));
  }

  @Test
  void rankingAgreementIsOverPairsWhateverTheOrderOnThePage() {
    Prompt prompt = Prompt.plain("p", "?");
    Ranking researcher = Ranking.of(prompt, List.of("a", "b", "c"), List.of(1, 2, 3), "lead");
    Ranking candidate = Ranking.of(prompt, List.of("c", "b", "a"), List.of(2, 2, 1), "new");
    // ab yes, ac yes, bc: researcher b, candidate tie: no
    assertThat(Screening.ranking(List.of(researcher), List.of(candidate)))
        .isEqualTo(new AgreementShare("ranking", 3, 2));
  }

  @Test
  void theLimitsAreThreeQuartersAndSixOfSeven() {
    Screening good = screening(4, 3, 4, 3, List.of(6, 6, 6));
    assertThat(good.meetsAll()).isTrue();
    Screening bad = screening(100, 74, 100, 75, List.of(6, 6, 5));
    assertThat(bad.flaggingStanding()).isEqualTo(Standing.BELOW);
    assertThat(bad.rankingStanding()).isEqualTo(Standing.MET);
    assertThat(bad.demonstrationStanding()).isEqualTo(Standing.BELOW);
    assertThat(new Screening("c", null, null, null, "").flaggingStanding())
        .isEqualTo(Standing.MISSING);
  }

  private static Screening screening(
      long flagged, long flaggedSame, long ranked, long rankedSame, List<Integer> ratings) {
    return new Screening(
        "c",
        new AgreementShare("flagging", flagged, flaggedSame),
        new AgreementShare("ranking", ranked, rankedSame),
        Screening.demonstrationScore(ratings).orElseThrow(),
        "");
  }
}
