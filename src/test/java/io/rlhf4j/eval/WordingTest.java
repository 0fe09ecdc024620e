package io.rlhf4j.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.stats.WinRate;
import org.junit.jupiter.api.Test;

class WordingTest {
  @Test
  void sharesHaveADecimalOnlyWhereTheyAreSmall() {
    assertThat(Wording.percent(0.734)).isEqualTo("73%");
    assertThat(Wording.percent(0.0312)).isEqualTo("3.1%");
    assertThat(Wording.percent(0.0996)).isEqualTo("10%");
    assertThat(Wording.percent(0)).isEqualTo("0%");
    assertThat(Wording.percent(1)).isEqualTo("100%");
    assertThat(Wording.percent((Rate) null)).isEqualTo("–");
  }

  @Test
  void intervalsHaveTheDecimalsOfTheirRate() {
    assertThat(Wording.interval(new Rate(0.73, 0.70, 0.76))).isEqualTo("73% (70–76%)");
    assertThat(Wording.interval(new Rate(0.08, 0.058, 0.102))).isEqualTo("8.0% (5.8–10.2%)");
    assertThat(Wording.interval(new Mean(5.4, 5.27, 5.53))).isEqualTo("5.40 (5.27–5.53)");
    assertThat(Wording.interval((Mean) null)).isEqualTo("–");
  }

  @Test
  void oddsLeaveTheTiesAside() {
    // 390 won, 190 lost: 390 / 580 = 67%; 420 of 1,000 are ties.
    StaircaseStep.Pairs pairs = StaircaseStep.Pairs.of(new WinRate("ppo", "sft", 390, 190, 420));
    assertThat(Wording.odds(pairs)).isEqualTo("67:33");
    assertThat(Wording.besidesTies(pairs))
        .isEqualTo(", a tie counting half; 67:33 without the 42% of ties");
  }

  @Test
  void whereAllAreTiesThereAreNoOdds() {
    StaircaseStep.Pairs pairs = StaircaseStep.Pairs.of(new WinRate("ppo", "sft", 0, 0, 7));
    assertThat(pairs.decided()).isNull();
    assertThat(Wording.odds(pairs)).isEqualTo("–");
    assertThat(Wording.odds(null)).isEqualTo("–");
    assertThat(Wording.besidesTies(pairs)).isEmpty();
  }

  @Test
  void countsKeepTwoOrThreeDigits() {
    assertThat(Wording.count(0)).isEqualTo("0");
    assertThat(Wording.count(7)).isEqualTo("7");
    assertThat(Wording.count(412_672)).isEqualTo("413k");
    assertThat(Wording.count(999_600)).isEqualTo("1M");
    assertThat(Wording.count(4_863_488)).isEqualTo("4.9M");
    assertThat(Wording.count(175e9)).isEqualTo("175G");
    assertThat(Wording.count(-0.25)).isEqualTo("−0.25");
    assertThat(Wording.exact(17_420)).isEqualTo("17,420");
  }

  @Test
  void metricsAreWrittenOutWhereThatIsShort() {
    assertThat(Wording.metric(0)).isEqualTo("0");
    assertThat(Wording.metric(1.8412)).isEqualTo("1.84");
    assertThat(Wording.metric(-0.5)).isEqualTo("−0.5");
    assertThat(Wording.metric(1024)).isEqualTo("1,024");
    assertThat(Wording.metric(2.1e-6)).isEqualTo("2.1 × 10⁻⁶");
    assertThat(Wording.metric(9.99e-6)).isEqualTo("1.0 × 10⁻⁵");
    assertThat(Wording.metric(8.64e19)).isEqualTo("8.6 × 10¹⁹");
  }

  @Test
  void durationsAreInTheLargestTwoUnits() {
    assertThat(Wording.duration(6.14)).isEqualTo("6.1 s");
    assertThat(Wording.duration(59.6)).isEqualTo("1 min 0 s");
    assertThat(Wording.duration(461.3)).isEqualTo("7 min 41 s");
    assertThat(Wording.duration(7_384)).isEqualTo("2 h 3 min");
  }

  @Test
  void negativeNumbersHaveAMinusAndNotAHyphen() {
    assertThat(Wording.fixed(-2.2, 2)).isEqualTo("−2.20");
    assertThat(Wording.fixed(null, 2)).isEqualTo("–");
  }
}
