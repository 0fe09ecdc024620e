package io.rlhf4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.GoldenCase;
import io.rlhf4j.LeakCheck;
import io.rlhf4j.loss.Advantages.Deviation;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.Locale;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class AdvantagesTest {
  private static final Offset<Double> TOLERANCE = within(1e-9);

  @Test
  void gaeAgreesWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("gae.json")) {
      try (var scope = TensorScope.open()) {
        var gae =
            Advantages.gae(
                golden.tensor("rewards"),
                golden.tensor("values"),
                golden.tensor("mask"),
                golden.number("gamma"),
                golden.number("lambda"));
        assertThat(Host.doubles(gae.advantages()))
            .as(golden.name())
            .containsExactly(golden.expectedNumbers("advantages"), TOLERANCE);
        assertThat(Host.doubles(gae.returns()))
            .as(golden.name())
            .containsExactly(golden.expectedNumbers("returns"), TOLERANCE);
      }
    }
  }

  @Test
  void gaeByHand() {
    try (var scope = TensorScope.open()) {
      Tensor rewards = Host.doubles(new double[] {0, 0, 1}, 1, 3);
      Tensor values = Host.doubles(new double[] {0.2, 0.4, 0.6}, 1, 3);
      var gae = Advantages.gae(rewards, values, torch.ones(1, 3), 1, 0.5);
      // delta = 0.4 - 0.2, 0.6 - 0.4, 1 - 0.6; A2 = 0.4, A1 = 0.2 + 0.2 = 0.4, A0 = 0.2 + 0.2 = 0.4
      assertThat(Host.doubles(gae.advantages()))
          .containsExactly(new double[] {0.4, 0.4, 0.4}, TOLERANCE);
      assertThat(Host.doubles(gae.returns()))
          .containsExactly(new double[] {0.6, 0.8, 1.0}, TOLERANCE);
    }
  }

  @Test
  void gaeKeepsTheDtypeOfTheValuesAndCarriesNoGradient() {
    try (var scope = TensorScope.open()) {
      Tensor values = torch.ones(2, 3).set_requires_grad(true);
      var gae = Advantages.gae(torch.ones(2, 3), values, torch.ones(2, 3), 1, 0.95);
      assertThat(gae.advantages().scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertThat(gae.returns().requires_grad()).isFalse();
    }
  }

  @Test
  void leaveOneOutAgreesWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("rloo.json")) {
      try (var scope = TensorScope.open()) {
        assertThat(Host.doubles(Advantages.leaveOneOut(golden.tensor("rewards"))))
            .as(golden.name())
            .containsExactly(golden.expectedNumbers("advantages"), TOLERANCE);
      }
    }
  }

  @Test
  void groupNormalizedAgreesWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("grpo.json")) {
      var deviation =
          Deviation.valueOf(golden.input().get("std").asText().toUpperCase(Locale.ROOT));
      try (var scope = TensorScope.open()) {
        assertThat(
                Host.doubles(
                    Advantages.groupNormalized(
                        golden.tensor("rewards"), deviation, golden.number("epsilon"))))
            .as(golden.name())
            .containsExactly(golden.expectedNumbers("advantages"), TOLERANCE);
      }
    }
  }

  @Test
  void reinforceAgreesWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("reinforce.json")) {
      try (var scope = TensorScope.open()) {
        Tensor returns = golden.tensor("returns");
        Tensor advantages =
            golden.input().get("baseline").isNumber()
                ? Advantages.lessBaseline(returns, golden.number("baseline"))
                : golden.input().get("baseline").asText().equals("none")
                    ? returns
                    : Advantages.lessBatchMean(returns);
        assertThat(Host.doubles(advantages))
            .as(golden.name())
            .containsExactly(golden.expectedNumbers("advantages"), TOLERANCE);
        Tensor logprobs = golden.leaf("logprobs");
        Tensor loss = PolicyGradientLoss.reinforce(logprobs, golden.tensor("mask"), advantages);
        loss.backward();
        assertThat(loss.item_double())
            .as(golden.name())
            .isCloseTo(golden.expectedNumber("loss"), TOLERANCE);
        assertThat(Host.doubles(logprobs.grad()))
            .as(golden.name())
            .containsExactly(golden.expectedNumbers("gradient"), TOLERANCE);
      }
    }
  }

  @Test
  void groupsOfOneAreRefused() {
    try (var scope = TensorScope.open()) {
      assertThatThrownBy(() -> Advantages.leaveOneOut(torch.ones(3, 1)))
          .hasMessage("leave-one-out needs at least 2 completions per prompt, had 1");
      assertThatThrownBy(() -> Advantages.groupNormalized(torch.ones(3, 1), Deviation.NONE, 0))
          .hasMessageContaining("at least 2 completions");
      Tensor x = torch.ones(1, 1);
      assertThatThrownBy(() -> Advantages.gae(x, x, x, 1.5, 1))
          .hasMessage("gamma must be in [0, 1], was 1.5");
    }
  }

  @Test
  void nothingIsLeftBehind() {
    LeakCheck.leavesNothing(
        () -> {
          Tensor x = torch.ones(2, 3);
          Advantages.gae(x, x, x, 1, 0.95);
          Advantages.groupNormalized(x, Deviation.UNBIASED, 1e-4);
          Advantages.leaveOneOut(x);
          PolicyGradientLoss.reinforce(x, x, Advantages.lessBatchMean(torch.ones(2)));
        });
  }
}
