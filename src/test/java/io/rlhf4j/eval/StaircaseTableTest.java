package io.rlhf4j.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StaircaseTableTest {
  @Test
  void everyModelHasALineWithItsBar() {
    Report report =
        StoryTest.wins(
            new Rate(0.10, 0.05, 0.15), null, new Rate(0.5, 0.45, 0.55), new Rate(0.75, 0.7, 0.8));
    assertThat(StaircaseTable.of(report))
        .isEqualTo(
            """
            model         size   params  vs SFT (95%)  odds  likert  obeys  halluc.  rude  few-shot
            ────────────  ─────  ──────  ────────────  ────  ──────  ─────  ───────  ────  ────────
            GPT           large      1M   10% (5–15%)     –       –      –        –     –         –  ▌
            GPT-prompted  large      1M             –     –       –      –        –     –         –
            SFT           large      1M  50% (45–55%)     –       –      –        –     –         –  ██▌
            PPO-ptx       large      1M  75% (70–80%)     –       –      –        –     –         –  ████
            """);
  }

  @Test
  void itsColumnsFitATerminalOfAHundred() {
    List<String> lines = StaircaseTable.of(FakeReport.full().build()).lines().toList();
    assertThat(lines)
        .hasSize(14)
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
  }

  @Test
  void anEmptyStaircaseIsSaidToBe() {
    assertThat(StaircaseTable.of(FakeReport.empty()))
        .isEqualTo("The staircase was not measured.\n");
  }
}
