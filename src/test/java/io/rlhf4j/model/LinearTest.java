package io.rlhf4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.OneDnn;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LinearTest {
  /** Widths of which none is a multiple of a register's, and a single row. */
  @ParameterizedTest
  @CsvSource({"1, 33, 65", "7, 384, 50", "300, 17, 129"})
  void aPackedMatrixGivesWhatThePlainOneGives(int rows, int in, int out) {
    for (Precision precision : Precision.values()) {
      assumePacking(precision.type());
      try (TensorScope scope = TensorScope.withoutGradients()) {
        Tensor x = random(precision, rows, in);
        Tensor weight = random(precision, out, in).div_(torch.tensor((float) Math.sqrt(in)));
        for (Tensor bias : new Tensor[] {null, random(precision, out)}) {
          Linear plain = new Linear(weight, bias);
          Linear packed = new Linear(OneDnn.packed(weight), bias);
          expectSame(packed.of(x), plain.of(x), precision);
          Tensor threeD = x.view(rows, 1, in);
          assertThat(packed.of(threeD).sizes().vec().get())
              .containsExactly(new long[] {rows, 1, out});
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void anActivationWithinTheProductIsTheOneAfterIt(Activation activation) {
    for (Precision precision : Precision.values()) {
      assumePacking(precision.type());
      try (TensorScope scope = TensorScope.withoutGradients()) {
        Tensor x = random(precision, 5, 64).mul_(torch.tensor(3f));
        Tensor weight = random(precision, 48, 64).div_(torch.tensor(8f));
        Tensor bias = random(precision, 48);
        Tensor packed = new Linear(OneDnn.packed(weight), bias).of(x, activation);
        expectSame(packed, activation.of(new Linear(weight, bias).of(x)), precision);
      }
    }
  }

  @Test
  void packingAndProductsLeaveNothingBehind() {
    assumePacking(ScalarType.Float);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor weight = torch.ones(new long[] {32, 32});
      long before = TensorScope.liveObjects();
      for (int i = 0; i < 100; i++) {
        try (TensorScope step = TensorScope.withoutGradients()) {
          new Linear(OneDnn.packed(weight), null).of(weight);
        }
      }
      assertThat(TensorScope.liveObjects()).isEqualTo(before);
    }
  }

  private static void assumePacking(ScalarType type) {
    Assumptions.assumeTrue(OneDnn.packs(type), "oneDNN packs no " + type + " here");
  }

  @BeforeEach
  void seed() {
    torch.manual_seed(5);
  }

  private static Tensor random(Precision precision, long... shape) {
    return torch.randn(shape).to(precision.type());
  }

  private static void expectSame(Tensor actual, Tensor expected, Precision precision) {
    // bfloat16 has 8 bits; the plain way rounds once more, before the activation
    float share = precision == Precision.FLOAT32 ? 1e-5f : 1.6e-2f;
    float[] numbers = Host.floats(expected.to(ScalarType.Float));
    float largest = 0;
    for (float number : numbers) {
      largest = Math.max(largest, Math.abs(number));
    }
    assertThat(Host.floats(actual.to(ScalarType.Float)))
        .containsExactly(numbers, within(share * largest));
  }
}
