package io.rlhf4j.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.eval.Finding.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private static final Rate LOW = new Rate(0.10, 0.05, 0.15);
  private static final Rate MIDDLE = new Rate(0.30, 0.25, 0.35);
  private static final Rate HALF = new Rate(0.50, 0.45, 0.55);
  private static final Rate HIGH = new Rate(0.70, 0.65, 0.75);

  @Test
  void aRunLikeThePaperShowsEveryFinding() {
    assertThat(Findings.of(FakeReport.full().build()))
        .hasSize(9)
        .extracting(Finding::verdict)
        .containsOnly(Verdict.SEEN);
  }

  @Test
  void aRunWithoutNumbersShowsNone() {
    assertThat(Findings.of(FakeReport.empty()))
        .hasSize(9)
        .allSatisfy(finding -> assertThat(finding.here()).isEqualTo("–"))
        .extracting(Finding::verdict)
        .containsOnly(Verdict.NOT_MEASURED);
  }

  @Test
  void oneOverlapLeavesTheStaircaseOpenAndOneReversalRefutesIt() {
    Rate almost = new Rate(0.32, 0.27, 0.37);
    assertThat(verdict(StoryTest.wins(LOW, MIDDLE, HALF, HIGH), 0)).isEqualTo(Verdict.SEEN);
    assertThat(verdict(StoryTest.wins(LOW, MIDDLE, almost, HIGH), 0)).isEqualTo(Verdict.UNCERTAIN);
    assertThat(verdict(StoryTest.wins(HIGH, MIDDLE, almost, HALF), 0)).isEqualTo(Verdict.NOT_SEEN);
    assertThat(verdict(StoryTest.wins(LOW, null, HALF, HIGH), 0)).isEqualTo(Verdict.NOT_MEASURED);
  }

  @Test
  void aWinRateIsJudgedByItsIntervalAgainstOneHalf() {
    assertThat(verdict(StoryTest.wins(LOW, MIDDLE, HALF, HALF), 1)).isEqualTo(Verdict.UNCERTAIN);
    assertThat(verdict(StoryTest.wins(LOW, MIDDLE, HALF, MIDDLE), 1)).isEqualTo(Verdict.NOT_SEEN);
  }

  @Test
  void theTaxIsPaidAndGivenBackOnlyWhereIntervalsStandApart() {
    Report report =
        Report.of(FakeReport.run())
            .staircase(
                List.of(
                    StoryTest.step("GPT", null, LOW, HIGH),
                    StoryTest.step("PPO", null, null, MIDDLE),
                    StoryTest.step("PPO-ptx", null, HIGH, LOW)))
            .build();
    assertThat(verdict(report, 3)).isEqualTo(Verdict.NOT_SEEN);
    assertThat(verdict(report, 6)).isEqualTo(Verdict.SEEN);
    assertThat(verdict(report, 7)).isEqualTo(Verdict.NOT_SEEN);
  }

  private static Verdict verdict(Report report, int finding) {
    return Findings.of(report).get(finding).verdict();
  }
}
