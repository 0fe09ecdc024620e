package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.GoldenCase;
import io.rlhf4j.LeakCheck;
import io.rlhf4j.data.InputException;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class EmaTest {
  private static final Offset<Double> TOLERANCE = within(1e-12);

  @Test
  void bothStartsAgreeWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("ema.json")) {
      try (var scope = TensorScope.open()) {
        Tensor initial = golden.tensor("initial");
        double decay = golden.number("decay");
        try (var ema = new Ema(initial, decay);
            var zero = Ema.fromZero(initial, decay)) {
          for (int i = 0; i < golden.input().get("weights").size(); i++) {
            Tensor weights = GoldenCase.tensor(golden.input().get("weights").get(i));
            ema.update(weights);
            zero.update(weights);
            assertThat(Host.doubles(ema.weights()))
                .as(golden.name())
                .containsExactly(
                    GoldenCase.numbers(golden.expected().get("ema").get(i)), TOLERANCE);
            assertThat(Host.doubles(zero.weights()))
                .as(golden.name())
                .containsExactly(
                    GoldenCase.numbers(
                        golden.expected().get("ema_from_zero_bias_corrected").get(i)),
                    TOLERANCE);
          }
          assertThat(ema.updates()).isEqualTo(golden.input().get("weights").size());
        }
      }
    }
  }

  @Test
  void theAverageIsACopyOfTheWeightsItStartedFrom() {
    try (var scope = TensorScope.open()) {
      Tensor weights = Host.doubles(new double[] {1, 2}, 2);
      try (var ema = new Ema(weights, 0.5)) {
        weights.zero_();
        assertThat(Host.doubles(ema.weights())).containsExactly(1, 2);
        ema.update(weights);
        assertThat(Host.doubles(ema.weights())).containsExactly(0.5, 1);
      }
    }
  }

  @Test
  void aRestoredAverageGoesOn() {
    try (var scope = TensorScope.open()) {
      Tensor weights = Host.doubles(new double[] {4}, 1);
      try (var first = Ema.fromZero(weights, 0.5);
          var second = Ema.fromZero(weights, 0.5)) {
        first.update(weights);
        second.restore(first.state(), first.updates());
        assertThat(Host.doubles(second.weights())).containsExactly(4);
      }
    }
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    try (var scope = TensorScope.open()) {
      assertThatThrownBy(() -> new Ema(torch.ones(1), 1))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("[0, 1), was 1.0");
      try (var ema = Ema.fromZero(torch.ones(1), 0.5)) {
        assertThatThrownBy(ema::weights).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ema.update(torch.ones(2)))
            .hasMessage("weights must have the shape of the average [1], had [2]");
      }
    }
  }

  @Test
  void theAverageOutlivesTheScopeItWasMadeInAndCloseFreesIt() {
    LeakCheck.leavesNothing(
        () -> {
          Ema ema;
          try (var inner = TensorScope.open()) {
            ema = new Ema(torch.ones(3), 0.9);
          }
          ema.update(torch.ones(3));
          assertThat(Host.doubles(ema.weights())[0]).isCloseTo(1, within(1e-6));
          ema.close();
        });
  }
}
