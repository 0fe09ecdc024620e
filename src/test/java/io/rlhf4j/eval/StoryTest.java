package io.rlhf4j.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.eval.StaircaseStep.Rudeness;
import io.rlhf4j.eval.StaircaseStep.TaxAccuracy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoryTest {
  private static final Rate LOW = new Rate(0.10, 0.05, 0.15);
  private static final Rate MIDDLE = new Rate(0.30, 0.25, 0.35);
  private static final Rate HALF = new Rate(0.50, 0.45, 0.55);
  private static final Rate HIGH = new Rate(0.70, 0.65, 0.75);

  @Test
  void intervalsThatStandApartMakeAStaircase() {
    assertThat(Story.sentences(FakeReport.full().build()))
        .containsExactly(
            "Each step is preferred to the one before (gold win rate against the SFT baseline: GPT"
                + " 8.0%, GPT-prompted 22%, SFT 50%, PPO-ptx 73%).",
            "The small PPO-ptx model of 413k parameters is preferred to a GPT with 11.8 times as"
                + " many, with a win rate of 78% (73–83%).",
            "From GPT to PPO-ptx, hallucination falls from 48% to 12% and rudeness falls from 14%"
                + " to 3.1%; plain PPO pays an alignment tax (few-shot accuracy 57% to 44%), which"
                + " PPO-ptx reduces (54%).");
  }

  @Test
  void stepsWhoseIntervalsOverlapAreNotCalledPreferred() {
    Rate almost = new Rate(0.53, 0.48, 0.58);
    String sentence = Story.sentences(wins(LOW, MIDDLE, HALF, almost)).get(0);
    assertThat(sentence)
        .startsWith(
            "The steps are in the paper's order, but the intervals of SFT and PPO-ptx overlap (")
        .doesNotContain("preferred");
  }

  @Test
  void aStepBelowTheOneBeforeIsSaidToBe() {
    assertThat(Story.sentences(wins(LOW, MIDDLE, HIGH, HALF)).get(0))
        .startsWith("The paper's order did not come out, with PPO-ptx below SFT (");
    // Lower by less than the intervals: still not the paper's order.
    Rate slightly = new Rate(0.49, 0.44, 0.54);
    assertThat(Story.sentences(wins(LOW, MIDDLE, HALF, slightly)).get(0))
        .startsWith("The paper's order did not come out, with PPO-ptx below SFT (");
  }

  @Test
  void aContestAroundOneHalfIsLeftOpen() {
    assertThat(contest(new Rate(0.55, 0.49, 0.61)))
        .contains("model of 413k parameters cannot be told apart from a GPT with 11.8 times");
    assertThat(contest(new Rate(0.40, 0.35, 0.45)))
        .contains("parameters is not preferred to a GPT");
    assertThat(contest(new Rate(0.60, 0.51, 0.69))).contains("parameters is preferred to a GPT");
  }

  @Test
  void conductThatDoesNotMoveIsNotSaidToFall() {
    Rate before = new Rate(0.30, 0.25, 0.35);
    Rate after = new Rate(0.27, 0.22, 0.32);
    assertThat(conduct(before, after, before, before, before))
        .isEqualTo(
            "From GPT to PPO-ptx, hallucination does not change measurably (30% to 27%); plain PPO"
                + " pays no measurable alignment tax (few-shot accuracy 30% to 30%).");
    assertThat(conduct(LOW, HIGH, HIGH, MIDDLE, MIDDLE))
        .isEqualTo(
            "From GPT to PPO-ptx, hallucination rises from 10% to 70%; plain PPO pays an alignment"
                + " tax (few-shot accuracy 70% to 30%), and PPO-ptx does not measurably reduce it"
                + " (30%).");
  }

  @Test
  void theLossOnWebTextIsToldWhereAFewExamplesShowNoTax() {
    Rate same = new Rate(0.3, 0.2, 0.4);
    Report report =
        Report.of(FakeReport.run())
            .staircase(
                List.of(
                    step("GPT", null, null, same, 0.781),
                    step("PPO", null, null, same, 1.418),
                    step("PPO-ptx", null, null, same, 0.849)))
            .build();
    assertThat(Story.sentences(report))
        .containsExactly(
            "Plain PPO pays no measurable alignment tax (few-shot accuracy 30% to 30%), while its"
                + " loss on web text goes from 0.78 to 1.42 nats per token, PPO-ptx's to 0.85.");
  }

  @Test
  void whatWasNotMeasuredIsNotTold() {
    assertThat(Story.sentences(FakeReport.empty()))
        .containsExactly("Nothing that the paper compares was measured in this run.");
    assertThat(Story.sentences(wins(LOW, null, HALF, null)))
        .containsExactly(
            "Each step is preferred to the one before (gold win rate against the SFT baseline: GPT"
                + " 10%, SFT 50%).");
  }

  private static String contest(Rate rate) {
    Report report = Report.of(FakeReport.run()).contest(FakeReport.contest(rate)).build();
    return Story.sentences(report).get(0);
  }

  private static String conduct(Rate gptFalse, Rate ptxFalse, Rate gpt, Rate ppo, Rate ptx) {
    return Story.sentences(
            Report.of(FakeReport.run())
                .staircase(
                    List.of(
                        step("GPT", null, gptFalse, gpt),
                        step("PPO", null, null, ppo),
                        step("PPO-ptx", null, ptxFalse, ptx)))
                .build())
        .get(0);
  }

  static Report wins(
      @Nullable Rate gpt, @Nullable Rate prompted, @Nullable Rate sft, @Nullable Rate ptx) {
    return Report.of(FakeReport.run())
        .staircase(
            List.of(
                step("GPT", gpt, null, null),
                step("GPT-prompted", prompted, null, null),
                step("SFT", sft, null, null),
                step("PPO-ptx", ptx, null, null)))
        .build();
  }

  static StaircaseStep step(
      String model, @Nullable Rate win, @Nullable Rate hallucination, @Nullable Rate fewShot) {
    return step(model, win, hallucination, fewShot, null);
  }

  private static StaircaseStep step(
      String model,
      @Nullable Rate win,
      @Nullable Rate hallucination,
      @Nullable Rate fewShot,
      @Nullable Double webLoss) {
    return new StaircaseStep(
        model,
        "large",
        1_000_000,
        win,
        null,
        null,
        null,
        null,
        null,
        null,
        hallucination,
        null,
        null,
        null,
        Rudeness.NONE,
        new TaxAccuracy(fewShot, null),
        webLoss,
        null,
        null,
        null);
  }
}
