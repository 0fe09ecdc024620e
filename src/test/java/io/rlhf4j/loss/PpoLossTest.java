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
import org.junit.jupiter.api.Test;

class PpoLossTest {
  private static final Offset<Double> TOLERANCE = within(1e-9);

  @Test
  void thePolicyLossAgreesWithTheGoldenFileInBothAverages() {
    for (GoldenCase golden : GoldenCase.all("ppo_policy_loss.json")) {
      checkPolicy(golden, Averaging.OVER_TOKENS, "loss", "gradient");
      checkPolicy(
          golden,
          Averaging.OVER_SEQUENCES,
          "loss_mean_of_sequence_means",
          "gradient_mean_of_sequence_means");
    }
  }

  private static void checkPolicy(
      GoldenCase golden, Averaging averaging, String loss, String gradient) {
    try (var scope = TensorScope.open()) {
      Tensor logprobs = golden.leaf("new_logprobs");
      var policy =
          PpoLoss.policy(
              logprobs,
              golden.tensor("old_logprobs"),
              golden.tensor("advantages"),
              golden.tensor("mask"),
              golden.number("clip"),
              averaging);
      policy.loss().backward();
      assertThat(policy.loss().item_double())
          .as(golden.name())
          .isCloseTo(golden.expectedNumber(loss), TOLERANCE);
      assertThat(Host.doubles(logprobs.grad()))
          .as(golden.name())
          .containsExactly(golden.expectedNumbers(gradient), TOLERANCE);
      var stats = policy.stats();
      assertThat(
              new double[] {
                stats.approxKl(),
                stats.approxKlK1(),
                stats.approxKlK3(),
                stats.clipFraction(),
                stats.outsideFraction(),
                stats.ratioMean()
              })
          .as(golden.name())
          .containsExactly(
              new double[] {
                golden.expectedNumber("approx_kl_k2"),
                golden.expectedNumber("approx_kl_k1"),
                golden.expectedNumber("approx_kl_k3"),
                golden.expectedNumber("clip_fraction"),
                golden.expectedNumber("ratio_outside_fraction"),
                golden.expectedNumber("mean_ratio")
              },
              TOLERANCE);
    }
  }

  @Test
  void theValueLossAgreesWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("ppo_value_loss.json")) {
      try (var scope = TensorScope.open()) {
        Tensor values = golden.leaf("new_values");
        var value =
            PpoLoss.value(
                values,
                golden.tensor("old_values"),
                golden.tensor("returns"),
                golden.tensor("mask"),
                golden.number("clip"));
        value.loss().backward();
        assertThat(value.loss().item_double())
            .as(golden.name())
            .isCloseTo(golden.expectedNumber("loss"), TOLERANCE);
        assertThat(Host.doubles(values.grad()))
            .as(golden.name())
            .containsExactly(golden.expectedNumbers("gradient"), TOLERANCE);
        assertThat(value.stats().clipFraction())
            .as(golden.name())
            .isCloseTo(golden.expectedNumber("clip_fraction"), TOLERANCE);
      }
    }
  }

  @Test
  void aGainBeyondTheClipRangeIsNotPushedFurther() {
    try (var scope = TensorScope.open()) {
      // ratio 1.5 with a good and a bad advantage, clip 0.2
      Tensor now = Host.doubles(new double[] {Math.log(1.5), Math.log(1.5)}, 1, 2);
      Tensor leaf = now.set_requires_grad(true);
      Tensor advantages = Host.doubles(new double[] {1, -1}, 1, 2);
      var policy = PpoLoss.policy(leaf, torch.zeros(1, 2), advantages, torch.ones(1, 2), 0.2);
      policy.loss().backward();
      // Good: max(-1.5, -1.2) = -1.2, flat. Bad: max(1.5, 1.2) = 1.5, slope ratio / 2 tokens.
      assertThat(policy.loss().item_double()).isCloseTo(0.15, TOLERANCE);
      assertThat(Host.doubles(leaf.grad())).containsExactly(new double[] {0, 0.75}, TOLERANCE);
      assertThat(policy.stats().clipFraction()).isCloseTo(0.5, TOLERANCE);
      assertThat(policy.stats().ratioMax()).isCloseTo(1.5, TOLERANCE);
      assertThat(policy.packed().requires_grad()).isFalse();
    }
  }

  @Test
  void maskedPositionsReachNeitherTheLossNorTheGradientEvenAsNaN() {
    try (var scope = TensorScope.open()) {
      double nan = Double.NaN;
      Tensor leaf = Host.doubles(new double[] {0, nan}, 1, 2).set_requires_grad(true);
      Tensor noise = Host.doubles(new double[] {1, nan}, 1, 2);
      Tensor mask = Host.doubles(new double[] {1, 0}, 1, 2);
      var policy =
          PpoLoss.policy(leaf, Host.doubles(new double[] {0, nan}, 1, 2), noise, mask, 0.2);
      policy.loss().backward();
      assertThat(policy.loss().item_double()).isCloseTo(-1, TOLERANCE);
      assertThat(Host.doubles(leaf.grad())).containsExactly(new double[] {-1, 0}, TOLERANCE);
      assertThat(policy.stats().ratioMax()).isEqualTo(1);

      Tensor values = Host.doubles(new double[] {2, nan}, 1, 2).set_requires_grad(true);
      var value = PpoLoss.value(values, noise, noise, mask, 5);
      value.loss().backward();
      assertThat(value.loss().item_double()).isCloseTo(0.5, TOLERANCE); // (2 - 1)^2 / 2
      assertThat(Host.doubles(values.grad())).containsExactly(new double[] {1, 0}, TOLERANCE);
      assertThat(value.stats().valueMean()).isCloseTo(2, TOLERANCE);
    }
  }

  @Test
  void explainedVarianceIsOneForPerfectValuesAndZeroForTheMean() {
    try (var scope = TensorScope.open()) {
      Tensor returns = Host.doubles(new double[] {1, 3}, 1, 2);
      Tensor mean = Host.doubles(new double[] {2, 2}, 1, 2);
      Tensor mask = torch.ones(1, 2);
      assertThat(PpoLoss.value(returns, returns, returns, mask, 1).stats().explainedVariance())
          .isCloseTo(1, TOLERANCE);
      var stats = PpoLoss.value(mean, mean, returns, mask, Double.POSITIVE_INFINITY).stats();
      assertThat(stats.explainedVariance()).isCloseTo(0, TOLERANCE);
      assertThat(stats.returnMean()).isCloseTo(2, TOLERANCE);
      assertThat(stats.returnVariance()).isCloseTo(1, TOLERANCE);
    }
  }

  @Test
  void wrongShapesAndClipsAreNamed() {
    try (var scope = TensorScope.open()) {
      Tensor x = torch.zeros(2, 3);
      assertThatThrownBy(() -> PpoLoss.policy(x, x, torch.zeros(2, 1), x, 0.2))
          .hasMessage("advantages must have the shape of logprobs [2, 3], had [2, 1]");
      assertThatThrownBy(() -> PpoLoss.policy(x, x, x, x, 1.2))
          .hasMessage("the policy clip must be in (0, 1), was 1.2");
      assertThatThrownBy(() -> PpoLoss.value(x, x, x, x, 0))
          .hasMessage("the value clip must be above 0, was 0.0");
    }
  }

  @Test
  void nothingIsLeftBehind() {
    LeakCheck.leavesNothing(
        () -> {
          Tensor leaf = torch.zeros(2, 3).set_requires_grad(true);
          Tensor ones = torch.ones(2, 3);
          var policy = PpoLoss.policy(leaf, ones, ones, ones, 0.2);
          policy.loss().backward();
          policy.stats();
          PpoLoss.value(leaf, ones, ones, ones, 0.2).stats();
        });
  }
}
