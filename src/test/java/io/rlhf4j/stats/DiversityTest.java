package io.rlhf4j.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.data.InputException;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DiversityTest {
  @Test
  void distinctBigramsWorkedByHand() {
    // "a b a b": ab ba ab; "b a": ba. 2 different of 4; per text 2/3 and 1.
    DistinctN found = DistinctN.of(List.of("a b a b", "b a"), 2);
    assertThat(found.unique()).isEqualTo(2);
    assertThat(found.total()).isEqualTo(4);
    assertThat(found.rate()).isEqualTo(0.5);
    assertThat(found.meanPerText()).isCloseTo(5.0 / 6, within(1e-15));
  }

  @Test
  void wordsAreSplitAtEveryKindOfSpace() {
    assertThat(Words.split(" a\u00a0b\t\nc\u3000d ")).containsExactly("a", "b", "c", "d");
    assertThat(Words.split("")).isEmpty();
  }

  @Test
  void equalTextsHaveSelfBleuOneAndForeignOnesZero() {
    assertThat(SelfBleu.of(List.of("a b c d", "a b c d"), 4).mean()).isCloseTo(1, within(1e-12));
    assertThat(SelfBleu.of(List.of("a b", "c d", "e f"), 2).mean()).isEqualTo(0);
  }

  @Test
  void selfBleuOfTwoTextsWorkedByHand() {
    // "a b c" against "a b d e": unigrams 2/3, bigrams 1/2, brevity exp(1 - 4/3).
    // The other way: unigrams 2/4, bigrams 1/3, brevity 1.
    SelfBleu found = SelfBleu.of(List.of("a b c", "a b d e"), 2);
    assertThat(found.perText().get(0))
        .isCloseTo(Math.exp(-1.0 / 3) * Math.sqrt(1.0 / 3), within(1e-12));
    assertThat(found.perText().get(1)).isCloseTo(Math.sqrt(1.0 / 6), within(1e-12));
  }

  @Test
  void oneTextHasNothingToResemble() {
    assertThatThrownBy(() -> SelfBleu.of(List.of("a b"), 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("at least 2 texts");
  }

  @Test
  void distinctNEqualsTheGoldenNumbers() {
    MathFixture fixture = MathFixture.read("distinct_n");
    for (MathFixture.Case c : fixture.cases()) {
      DistinctN found =
          DistinctN.of(MathFixture.strings(c.input().get("sentences")), c.input().get("n").asInt());
      assertThat(found.unique()).as(c.name()).isEqualTo(c.expected().get("unique").asLong());
      assertThat(found.total()).isEqualTo(c.expected().get("total").asLong());
      Offset<Double> near = fixture.tolerance();
      assertThat(found.rate()).isCloseTo(c.expected().get("distinct").asDouble(), near);
      assertThat(found.meanPerText())
          .isCloseTo(c.expected().get("mean_per_sentence").asDouble(), near);
    }
  }

  @Test
  void selfBleuEqualsTheGoldenNumbers() {
    MathFixture fixture = MathFixture.read("self_bleu");
    for (MathFixture.Case c : fixture.cases()) {
      SelfBleu found =
          SelfBleu.of(MathFixture.strings(c.input().get("sentences")), c.input().get("n").asInt());
      double[] wanted = MathFixture.doubles(c.expected().get("per_sentence"));
      for (int i = 0; i < wanted.length; i++) {
        assertThat(found.perText().get(i)).as(c.name()).isCloseTo(wanted[i], fixture.tolerance());
      }
      assertThat(found.mean())
          .isCloseTo(c.expected().get("self_bleu").asDouble(), fixture.tolerance());
    }
  }
}
