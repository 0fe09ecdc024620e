package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OverlapTest {
  @Test
  void theShareOfSequencesSeenInTrainingWorkedByHand() {
    // abc, bcd, cde: the training text has abc and bcd.
    Overlap overlap = Overlap.of(List.of("A b, c d e"), List.of("x a B c d y"), 3);
    assertThat(overlap.shares()).containsExactly(2.0 / 3);
  }

  @Test
  void aTextShorterThanTheSequenceIsLookedForAsAWhole() {
    Overlap overlap =
        Overlap.of(List.of("blue sky", "sky blue", "!"), List.of("The blue sky above"), 8);
    assertThat(overlap.shares()).containsExactly(1.0, 0.0, 0.0);
    assertThat(overlap.atLeast(0.5)).containsExactly(0);
  }

  @Test
  void nothingSpansTwoTrainingTexts() {
    assertThat(Overlap.of(List.of("a b c"), List.of("a b", "c"), 3).shares()).containsExactly(0.0);
  }
}
