package io.rlhf4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.GoldenCase;
import io.rlhf4j.LeakCheck;
import io.rlhf4j.loss.Whitening.Variance;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class WhiteningTest {
  private static final Offset<Double> TOLERANCE = within(1e-9);

  @Test
  void allFourVariantsAgreeWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("whitening.json")) {
      var variance =
          golden.input().get("unbiased_variance").asBoolean() ? Variance.UNBIASED : Variance.BIASED;
      try (var scope = TensorScope.open()) {
        Tensor values = golden.tensor("values");
        Tensor mask = golden.tensor("mask");
        Tensor out =
            golden.input().get("shift_mean").asBoolean()
                ? Whitening.advantages(values, mask, variance)
                : Whitening.rewards(values, mask, variance);
        assertThat(Host.doubles(out))
            .as(golden.name())
            .containsExactly(golden.expectedNumbers("whitened"), TOLERANCE);
      }
    }
  }

  @Test
  void valuesAtMaskedPositionsNeverLeakIn() {
    try (var scope = TensorScope.open()) {
      Tensor values = Host.doubles(new double[] {1, 3, Double.NaN}, 1, 3);
      Tensor mask = Host.doubles(new double[] {1, 1, 0}, 1, 3);
      // Mean 2, variance (1 + 1) / 2 = 1.
      assertThat(Host.doubles(Whitening.advantages(values, mask, Variance.BIASED)))
          .containsExactly(new double[] {-1, 1, 0}, within(1e-8));
      assertThat(Host.doubles(Whitening.rewards(values, mask, Variance.BIASED)))
          .containsExactly(new double[] {1, 3, 0}, within(1e-8));
    }
  }

  @Test
  void aSingleTokenOrNoneGivesZeroAndNotNaN() {
    try (var scope = TensorScope.open()) {
      Tensor values = Host.doubles(new double[] {7, 5}, 1, 2);
      Tensor one = Host.doubles(new double[] {1, 0}, 1, 2);
      assertThat(Host.doubles(Whitening.advantages(values, one, Variance.UNBIASED)))
          .containsExactly(0, 0);
      assertThat(Host.doubles(Whitening.advantages(values, torch.zeros(1, 2), Variance.BIASED)))
          .containsExactly(0, 0);
    }
  }

  @Test
  void averagesOverTokensAndOverSequencesDiffer() {
    try (var scope = TensorScope.open()) {
      Tensor values = Host.doubles(new double[] {1, 2, 6, Double.NaN, 9, 9}, 3, 2);
      Tensor mask = Host.doubles(new double[] {1, 1, 1, 0, 0, 0}, 3, 2);
      // Tokens: (1 + 2 + 6) / 3; sequences: (1.5 + 6) / 2, the empty one not counted.
      assertThat(Averaging.OVER_TOKENS.mean(values, mask).item_double()).isCloseTo(3, TOLERANCE);
      assertThat(Averaging.OVER_SEQUENCES.mean(values, mask).item_double())
          .isCloseTo(3.75, TOLERANCE);
      assertThat(Averaging.OVER_TOKENS.mean(values, torch.zeros(3, 2)).item_double()).isZero();
      assertThat(Averaging.OVER_SEQUENCES.mean(values, torch.zeros(3, 2)).item_double()).isZero();
      assertThatThrownBy(() -> Averaging.OVER_TOKENS.mean(values, torch.zeros(2)))
          .hasMessage("mask must have the shape of values [3, 2], had [2]");
    }
  }

  @Test
  void meanEntropyAgreesWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("entropy.json")) {
      try (var scope = TensorScope.open()) {
        Tensor logits = golden.leaf("logits");
        Tensor out = Entropy.mean(logits, golden.tensor("mask"));
        out.backward();
        assertThat(out.item_double())
            .as(golden.name())
            .isCloseTo(golden.expectedNumber("mean_entropy"), TOLERANCE);
        assertThat(Host.doubles(logits.grad()))
            .as(golden.name())
            .containsExactly(golden.expectedNumbers("gradient"), TOLERANCE);
      }
    }
  }

  @Test
  void nothingIsLeftBehind() {
    LeakCheck.leavesNothing(
        () -> {
          Tensor x = torch.ones(2, 3);
          Whitening.rewards(x, x, Variance.UNBIASED);
          Averaging.OVER_SEQUENCES.mean(x, x);
          Entropy.mean(torch.ones(2, 3, 4), x);
        });
  }
}
