package io.rlhf4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.GoldenCase;
import io.rlhf4j.LeakCheck;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class LmLossTest {
  private static final Offset<Double> TOLERANCE = within(1e-9);

  /** Rows: log-probabilities of softmax(0, ln 3) = (1/4, 3/4) and of softmax(0, 0) = (1/2, 1/2). */
  private static Tensor twoRows() {
    return Host.doubles(new double[] {0, Math.log(3), 0, 0}, 2, 2);
  }

  @Test
  void tokenLogProbsAreThoseOfTheSoftmax() {
    try (var scope = TensorScope.open()) {
      Tensor out = LmLoss.tokenLogProbs(twoRows(), Host.longs(new long[] {1, 0}, 2));
      assertThat(Host.doubles(out)[0]).isCloseTo(Math.log(0.75), TOLERANCE);
      assertThat(Host.doubles(out)[1]).isCloseTo(Math.log(0.5), TOLERANCE);
    }
  }

  @Test
  void theMeanIsTheMeanOfTheTokenLogProbsAndItsGradientIsSoftmaxMinusOneHot() {
    try (var scope = TensorScope.open()) {
      Tensor logits = twoRows().set_requires_grad(true);
      Tensor loss = LmLoss.mean(logits, Host.longs(new long[] {1, 0}, 2));
      // -(ln 0.75 + ln 0.5) / 2
      assertThat(loss.item_double()).isCloseTo(-Math.log(0.375) / 2, TOLERANCE);
      loss.backward();
      assertThat(Host.doubles(logits.grad()))
          .containsExactly(new double[] {0.125, -0.125, -0.25, 0.25}, TOLERANCE);
    }
  }

  @Test
  void theGradientThroughTokenLogProbsEqualsTheFusedOne() {
    try (var scope = TensorScope.open()) {
      Tensor fused = torch.randn(5, 7).to(ScalarType.Double).set_requires_grad(true);
      Tensor gathered = fused.detach().clone().set_requires_grad(true);
      Tensor targets = Host.longs(new long[] {0, 6, LmLoss.IGNORED, 3, 3}, 5);
      LmLoss.sum(fused, targets).backward();
      LmLoss.tokenLogProbs(gathered, targets).sum().neg().backward();
      assertThat(Host.doubles(gathered.grad()))
          .containsExactly(Host.doubles(fused.grad()), TOLERANCE);
    }
  }

  @Test
  void ignoredTargetsCountNeitherInTheMeanNorInTheGradient() {
    try (var scope = TensorScope.open()) {
      Tensor logits = twoRows().set_requires_grad(true);
      Tensor targets = Host.longs(new long[] {LmLoss.IGNORED, 0}, 2);
      Tensor loss = LmLoss.mean(logits, targets);
      assertThat(loss.item_double()).isCloseTo(Math.log(2), TOLERANCE);
      loss.backward();
      assertThat(Host.doubles(logits.grad()))
          .containsExactly(new double[] {0, 0, -0.5, 0.5}, TOLERANCE);
      assertThat(Host.doubles(LmLoss.tokenLogProbs(logits, targets))[0]).isEqualTo(0.0);
      assertThat(LmLoss.sum(logits, targets).item_double()).isCloseTo(Math.log(2), TOLERANCE);
    }
  }

  @Test
  void bfloat16LogitsGetFloat32Statistics() {
    try (var scope = TensorScope.open()) {
      Tensor exact = torch.randn(64, 512).to(ScalarType.BFloat16);
      Tensor targets = torch.arange(new org.bytedeco.pytorch.Scalar(64L)).to(ScalarType.Long);
      Tensor low = LmLoss.tokenLogProbs(exact, targets);
      assertThat(low.scalar_type().intern()).isEqualTo(ScalarType.Float);
      double[] twin = Host.doubles(LmLoss.tokenLogProbs(exact.to(ScalarType.Double), targets));
      // bfloat16 statistics would be off by 0.03 at log-probabilities near -6.
      assertThat(Host.doubles(low)).containsExactly(twin, within(1e-5));
      assertThat(LmLoss.mean(exact, targets).scalar_type().intern()).isEqualTo(ScalarType.Float);
    }
  }

  @Test
  void withoutGradientsSlicesOfRowsGiveTheSameNumbers() {
    try (var scope = TensorScope.open()) {
      long vocabulary = 1024;
      long rows = 2 * LmLoss.SLICE_ELEMENTS / vocabulary + 3; // two whole slices and a short one
      Tensor logits = torch.randn(rows, vocabulary);
      Tensor recorded = logits.detach().clone().set_requires_grad(true);
      Tensor targets = torch.randint(vocabulary, new long[] {rows}).to(ScalarType.Long);
      assertThat(Host.doubles(LmLoss.tokenLogProbs(logits, targets)))
          .containsExactly(Host.doubles(LmLoss.tokenLogProbs(recorded, targets)), within(1e-5));
      assertThat(Host.doubles(LmLoss.entropy(logits)))
          .containsExactly(Host.doubles(LmLoss.entropy(recorded)), within(1e-5));
    }
  }

  @Test
  void hugeLogitsNeitherOverflowNorLoseTheirGradient() {
    try (var scope = TensorScope.open()) {
      Tensor logits = Host.doubles(new double[] {1e4, -1e4}, 1, 2).set_requires_grad(true);
      Tensor loss = LmLoss.mean(logits, Host.longs(new long[] {1}, 1));
      assertThat(loss.item_double()).isCloseTo(2e4, TOLERANCE);
      loss.backward();
      assertThat(Host.doubles(logits.grad())).containsExactly(new double[] {1, -1}, TOLERANCE);
    }
  }

  @Test
  void entropyAgreesWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("entropy.json")) {
      try (var scope = TensorScope.open()) {
        Tensor logits = golden.leaf("logits");
        long vocabulary = logits.size(2);
        Tensor mask = golden.tensor("mask");
        Tensor rows =
            LmLoss.entropy(logits.reshape(-1, vocabulary)).reshape(mask.size(0), mask.size(1));
        assertThat(Host.doubles(rows.mul(mask)))
            .as(golden.name())
            .containsExactly(golden.expectedNumbers("token_entropy"), within(golden.tolerance()));
      }
    }
  }

  @Test
  void wrongShapesAreNamed() {
    try (var scope = TensorScope.open()) {
      assertThatThrownBy(() -> LmLoss.mean(twoRows(), torch.zeros(3)))
          .hasMessage("targets [N] must have shape [2], had [3]");
      assertThatThrownBy(() -> LmLoss.tokenLogProbs(torch.zeros(3), torch.zeros(3)))
          .hasMessageStartingWith("logits [N, V] must have shape [any, any]");
    }
  }

  @Test
  void nothingIsLeftBehind() {
    LeakCheck.leavesNothing(
        () -> {
          Tensor targets = Host.longs(new long[] {1, 0}, 2);
          LmLoss.mean(twoRows().set_requires_grad(true), targets).backward();
          LmLoss.tokenLogProbs(twoRows(), targets);
          LmLoss.entropy(twoRows());
        });
  }
}
