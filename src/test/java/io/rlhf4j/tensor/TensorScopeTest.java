package io.rlhf4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class TensorScopeTest {
  @Test
  void aScopeFreesWhatWasMadeInsideAndKeepsWhatIsKept() {
    Host.floats(torch.zeros(1)); // libtorch's own first-use allocations happen here
    long before = TensorScope.liveObjects();
    Tensor kept;
    try (var scope = TensorScope.open()) {
      Tensor a = torch.zeros(2, 3);
      kept = scope.keep(a.add(new Scalar(1.0)));
    }
    assertThat(Host.floats(kept)).containsExactly(1, 1, 1, 1, 1, 1);
    kept.close();
    assertThat(TensorScope.liveObjects()).isEqualTo(before);
  }

  @Test
  void aTensorKeptByAnInnerScopeIsFreedByTheOuterOne() {
    Host.floats(torch.zeros(1));
    long before = TensorScope.liveObjects();
    try (var outer = TensorScope.open()) {
      Tensor kept;
      try (var inner = TensorScope.open()) {
        kept = inner.keep(torch.ones(4));
      }
      assertThat(Host.floats(kept)).containsExactly(1, 1, 1, 1);
    }
    assertThat(TensorScope.liveObjects()).isEqualTo(before);
  }

  @Test
  void gradientsAreRecordedAgainAfterAScopeWithoutThem() {
    try (var scope = TensorScope.withoutGradients()) {
      assertThat(torch.ones(1).set_requires_grad(true).mul(new Scalar(2.0)).requires_grad())
          .isFalse();
    }
    try (var scope = TensorScope.open()) {
      assertThat(torch.ones(1).set_requires_grad(true).mul(new Scalar(2.0)).requires_grad())
          .isTrue();
    }
  }

  @Test
  void arraysComeBackAsTheyWentIn() {
    try (var scope = TensorScope.open()) {
      assertThat(Host.longs(Host.longs(new int[] {1, 2, 3, 4}, 2, 2).t()))
          .containsExactly(1, 3, 2, 4);
      assertThat(Host.doubles(Host.doubles(new double[] {0.1, 0.2}, 2))).containsExactly(0.1, 0.2);
      assertThat(Host.floats(Host.floats(new float[] {1.5f}, 1, 1))).containsExactly(1.5f);
    }
  }

  @Test
  void aWrongShapeIsNamedWithBothShapes() {
    try (var scope = TensorScope.open()) {
      assertThatThrownBy(() -> Shape.require("values [B]", torch.zeros(4, 1), 4))
          .hasMessage("values [B] must have shape [4], had [4, 1]");
    }
  }
}
