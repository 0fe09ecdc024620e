package io.rlhf4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 16",
    "16, 16",
    "17, 32",
    "255, 256",
    "511, 512", // multiples of 16
    "513, 544",
    "1000, 1024", // of 32, the sixteenth part of 512
    "2049, 2176",
    "4095, 4096" // of 128
  })
  void aSteppedSizeIsTheNextOfFew(int size, int stepped) {
    assertThat(Shape.stepped(size)).isEqualTo(stepped);
  }

  @Test
  void fromOneSteppedSizeToTheNextIsAtMostASixteenthAndNeverLessThanSixteen() {
    for (int size = 1; size < 100_000; size++) {
      int more = Shape.stepped(size) - size;
      assertThat(more).isNotNegative().isLessThan(Math.max(16, size / 16 + 1));
      assertThat(Shape.stepped(Shape.stepped(size))).isEqualTo(Shape.stepped(size));
    }
  }
}
