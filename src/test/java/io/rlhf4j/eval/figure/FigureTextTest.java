package io.rlhf4j.eval.figure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FigureTextTest {
  @Test
  void numbersHaveThreeDecimalsOrTwoAndZeroHasNoSign() {
    assertThat(FigureText.number(-0.0004)).isEqualTo("0.000");
    assertThat(FigureText.number(-0.0006)).isEqualTo("-0.001");
    assertThat(FigureText.number(0.12345)).isEqualTo("0.123");
    assertThat(FigureText.number(-12.345)).isEqualTo("-12.35");
  }
}
