package io.rlhf4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class LibtorchTest {
  private static boolean oneDnn() {
    return torch.globalContext().userEnabledMkldnn();
  }

  @Test
  void oneDnnIsOffForTheWorkOnlyEvenIfItFails() {
    assertThat(oneDnn()).isTrue();
    assertThat(Libtorch.withoutOneDnn(LibtorchTest::oneDnn)).isFalse();
    assertThat(oneDnn()).isTrue();
    assertThatThrownBy(
            () ->
                Libtorch.withoutOneDnn(
                    () -> {
                      throw new IllegalStateException("work failed");
                    }))
        .hasMessage("work failed");
    assertThat(oneDnn()).isTrue();
  }
}
