package io.rlhf4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.GoldenCase;
import io.rlhf4j.LeakCheck;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.Locale;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class KlRewardsTest {
  private static final Offset<Double> TOLERANCE = within(1e-9);

  @Test
  void rewardsAndKlAgreeWithTheGoldenFileForEveryEstimator() {
    for (GoldenCase golden : GoldenCase.all("kl_rewards.json")) {
      try (var scope = TensorScope.open()) {
        Tensor mask = golden.tensor("mask");
        var estimator =
            KlRewards.Estimator.valueOf(
                golden.input().get("estimator").asText().toUpperCase(Locale.ROOT));
        var result =
            KlRewards.perToken(
                golden.tensor("logprobs"),
                golden.tensor("ref_logprobs"),
                mask,
                golden.tensor("scores"),
                golden.number("beta"),
                estimator);
        assertThat(Host.doubles(result.rewards()))
            .as(golden.name())
            .containsExactly(golden.expectedNumbers("rewards"), TOLERANCE);
        assertThat(Host.doubles(result.kl()))
            .as(golden.name())
            .containsExactly(golden.expectedNumbers("kl"), TOLERANCE);
        assertThat(Host.doubles(result.kl().sum(1)))
            .as(golden.name())
            .containsExactly(golden.expectedNumbers("sequence_kl"), TOLERANCE);
        assertThat(Averaging.OVER_TOKENS.mean(result.kl(), mask).item_double())
            .as(golden.name())
            .isCloseTo(golden.expectedNumber("mean_token_kl"), TOLERANCE);
      }
    }
  }

  @Test
  void theScoreStandsOnTheLastRealTokenWhereverThatIs() {
    try (var scope = TensorScope.open()) {
      Tensor mask = Host.doubles(new double[] {1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1}, 4, 3);
      assertThat(Host.doubles(KlRewards.lastToken(mask)))
          .containsExactly(0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1);
    }
  }

  @Test
  void aTokensShareIsPaidWhenItIsWrittenAndTakenFromTheEnd() {
    try (var scope = TensorScope.open()) {
      Tensor mask = Host.doubles(new double[] {1, 1, 1, 1, 1, 0}, 2, 3);
      Tensor rewards = Host.doubles(new double[] {-0.1, 0, 4, 0.2, 3, 0}, 2, 3);
      Tensor shares = Host.doubles(new double[] {1, -0.5, 0.25, -2, 0.5, 0}, 2, 3);
      // Row 1: the shares sum to 0.75: -0.1 + 1, 0 - 0.5, 4 + 0.25 - 0.75. Row 2: to -1.5:
      // 0.2 - 2, 3 + 0.5 + 1.5. Rows still sum to 3.9 and 3.2.
      assertThat(Host.doubles(KlRewards.dense(rewards, shares, mask)))
          .containsExactly(new double[] {0.9, -0.5, 3.5, -1.8, 5, 0}, TOLERANCE);
    }
  }

  @Test
  void whatStandsAtMaskedPositionsDoesNotMatter() {
    try (var scope = TensorScope.open()) {
      Tensor logprobs = Host.doubles(new double[] {-1, Double.NaN}, 1, 2);
      Tensor reference = Host.doubles(new double[] {-2, Double.NEGATIVE_INFINITY}, 1, 2);
      Tensor mask = Host.doubles(new double[] {1, 0}, 1, 2);
      var result =
          KlRewards.perToken(logprobs, reference, mask, Host.doubles(new double[] {5}, 1), 0.1);
      // -0.1 (-1 - -2) + 5
      assertThat(Host.doubles(result.rewards())).containsExactly(new double[] {4.9, 0}, TOLERANCE);
    }
  }

  @Test
  void rewardsCarryNoGradient() {
    try (var scope = TensorScope.open()) {
      Tensor leaf = torch.zeros(1, 2).set_requires_grad(true);
      Tensor ones = torch.ones(1, 2);
      assertThat(KlRewards.perToken(leaf, ones, ones, torch.ones(1), 1).rewards().requires_grad())
          .isFalse();
    }
  }

  @Test
  void completionsThatNeverEndedGetAFixedScoreOrAPenalty() {
    try (var scope = TensorScope.open()) {
      Tensor scores = Host.doubles(new double[] {2, 3}, 2);
      Tensor ended = Host.doubles(new double[] {1, 0}, 2);
      assertThat(Host.doubles(Scores.replaceWhereUnended(scores, ended, -1)))
          .containsExactly(2, -1);
      assertThat(Host.doubles(Scores.penalizeWhereUnended(scores, ended, 1.5)))
          .containsExactly(2, 1.5);
      assertThat(Host.doubles(scores)).as("the argument stays as it was").containsExactly(2, 3);
    }
  }

  @Test
  void scoresAreClippedOnBothSides() {
    try (var scope = TensorScope.open()) {
      Tensor scores = Host.doubles(new double[] {-7, 0.5, 7}, 3);
      assertThat(Host.doubles(Scores.clip(scores, 5))).containsExactly(-5, 0.5, 5);
      assertThatThrownBy(() -> Scores.clip(scores, 0)).hasMessageContaining("above 0, was 0.0");
    }
  }

  @Test
  void theControllerAgreesWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("kl_controller.json")) {
      var controller =
          KlController.adaptive(
              golden.number("initial"), golden.number("target"), golden.number("horizon"));
      double[] expected = golden.expectedNumbers("coefficients");
      assertThat(controller.beta()).isCloseTo(expected[0], TOLERANCE);
      for (int i = 1; i < expected.length; i++) {
        controller =
            controller.next(
                golden.input().get("kls").get(i - 1).asDouble(),
                golden.input().get("steps_per_update").asLong());
        assertThat(controller.beta())
            .as("%s, update %d", golden, i)
            .isCloseTo(expected[i], TOLERANCE);
      }
    }
  }

  @Test
  void aFixedControllerStaysWhereItIs() {
    assertThat(KlController.fixed(0.02).next(1000, 512).beta()).isEqualTo(0.02);
    assertThatThrownBy(() -> KlController.fixed(-1)).hasMessageContaining("at least 0, was -1.0");
  }

  @Test
  void wrongShapesAreNamed() {
    try (var scope = TensorScope.open()) {
      Tensor ok = torch.zeros(2, 3);
      assertThatThrownBy(() -> KlRewards.perToken(ok, ok, ok, torch.zeros(2, 1), 1))
          .hasMessage("scores [B] must have shape [2], had [2, 1]");
      assertThatThrownBy(() -> KlRewards.perToken(ok, torch.zeros(3), ok, torch.zeros(2), 1))
          .hasMessage("reference must have the shape of logprobs [2, 3], had [3]");
    }
  }

  @Test
  void nothingIsLeftBehind() {
    LeakCheck.leavesNothing(
        () -> {
          Tensor x = torch.ones(2, 3);
          KlRewards.perToken(x, x, x, Scores.clip(torch.ones(2), 1), 0.1, KlRewards.Estimator.K3);
        });
  }
}
