package io.rlhf4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.GoldenCase;
import io.rlhf4j.LeakCheck;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.function.Function;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class PreferenceLossTest {
  private static final Offset<Double> TOLERANCE = within(1e-9);

  @Test
  void dpoAgreesWithTheGoldenFile() {
    check("dpo.json", golden -> new PreferenceLoss.Sigmoid(golden.number("beta")));
  }

  @Test
  void conservativeDpoAgreesWithTheGoldenFile() {
    check(
        "cdpo.json",
        golden ->
            new PreferenceLoss.Sigmoid(golden.number("beta"), golden.number("label_smoothing")));
  }

  @Test
  void robustDpoAgreesWithTheGoldenFile() {
    check(
        "robust_dpo.json",
        golden ->
            new PreferenceLoss.RobustDpo(golden.number("beta"), golden.number("label_smoothing")));
  }

  @Test
  void ipoAgreesWithTheGoldenFile() {
    check("ipo.json", golden -> new PreferenceLoss.Ipo(golden.number("beta")));
  }

  @Test
  void hingeAgreesWithTheGoldenFile() {
    check("hinge.json", golden -> new PreferenceLoss.Hinge(golden.number("beta")));
  }

  private static void check(String file, Function<GoldenCase, PreferenceLoss> loss) {
    for (GoldenCase golden : GoldenCase.all(file)) {
      try (var scope = TensorScope.open()) {
        Tensor chosen = golden.leaf("policy_chosen");
        Tensor rejected = golden.leaf("policy_rejected");
        var result =
            loss.apply(golden)
                .of(chosen, rejected, golden.tensor("ref_chosen"), golden.tensor("ref_rejected"));
        result.loss().backward();
        agree(golden, result.loss(), "loss");
        agree(golden, result.losses(), "losses");
        agree(golden, chosen.grad(), "grad_policy_chosen");
        agree(golden, rejected.grad(), "grad_policy_rejected");
        agree(golden, result.chosenRewards(), "chosen_rewards");
        agree(golden, result.rejectedRewards(), "rejected_rewards");
        agree(golden, result.chosenRewards().sub(result.rejectedRewards()), "margins");
        assertThat(result.stats().accuracy())
            .as(golden.name())
            .isCloseTo(golden.expectedNumber("accuracy"), TOLERANCE);
      }
    }
  }

  @Test
  void orpoAgreesWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("orpo.json")) {
      try (var scope = TensorScope.open()) {
        Tensor chosen = golden.leaf("chosen_mean_logprob");
        Tensor rejected = golden.leaf("rejected_mean_logprob");
        Tensor one = torch.ones_like(chosen.detach());
        var result =
            new ReferenceFreeLoss.Orpo(golden.number("lambda")).of(chosen, rejected, one, one);
        result.loss().backward();
        agree(golden, result.loss(), "loss");
        agree(golden, result.losses(), "losses");
        agree(golden, chosen.grad(), "grad_chosen");
        agree(golden, rejected.grad(), "grad_rejected");
      }
    }
  }

  @Test
  void simPoAgreesWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("simpo.json")) {
      try (var scope = TensorScope.open()) {
        Tensor chosen = golden.leaf("chosen");
        Tensor rejected = golden.leaf("rejected");
        var result =
            new ReferenceFreeLoss.SimPo(golden.number("beta"), golden.number("gamma"))
                .of(
                    chosen,
                    rejected,
                    golden.tensor("chosen_length"),
                    golden.tensor("rejected_length"));
        result.loss().backward();
        agree(golden, result.loss(), "loss");
        agree(golden, result.losses(), "losses");
        agree(golden, chosen.grad(), "grad_chosen");
        agree(golden, rejected.grad(), "grad_rejected");
      }
    }
  }

  @Test
  void ktoAgreesWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("kto.json")) {
      try (var scope = TensorScope.open()) {
        Tensor policy = golden.leaf("policy");
        var result =
            new Kto(
                    golden.number("beta"),
                    golden.number("lambda_desirable"),
                    golden.number("lambda_undesirable"))
                .of(
                    policy,
                    golden.tensor("reference"),
                    golden.tensor("desirable"),
                    golden.tensor("kl_policy"),
                    golden.tensor("kl_reference"));
        result.loss().backward();
        agree(golden, result.loss(), "loss");
        agree(golden, result.losses(), "losses");
        agree(golden, result.rewards(), "rewards");
        agree(golden, result.kl(), "z0");
        agree(golden, policy.grad(), "grad_policy");
      }
    }
  }

  private static void agree(GoldenCase golden, Tensor actual, String field) {
    assertThat(Host.doubles(actual))
        .as("%s: %s", golden, field)
        .containsExactly(golden.expectedNumbers(field), TOLERANCE);
  }

  @Test
  void aPolicyEqualToItsReferenceHasTheLossOfACoin() {
    try (var scope = TensorScope.open()) {
      Tensor x = Host.doubles(new double[] {-5, -7}, 2);
      var result = new PreferenceLoss.Sigmoid(0.1).of(x, x, x, x);
      assertThat(result.loss().item_double()).isCloseTo(Math.log(2), TOLERANCE);
      assertThat(result.stats()).isEqualTo(new PreferenceLoss.Stats(0, 0, 0, 0));
    }
  }

  @Test
  void certainTokensLeaveOrpoFinite() {
    try (var scope = TensorScope.open()) {
      Tensor certain = torch.zeros(1).set_requires_grad(true);
      Tensor one = torch.ones(1);
      var loss = new ReferenceFreeLoss.Orpo(0.1).of(certain, certain.sub(one), one, one).loss();
      loss.backward();
      assertThat(loss.item_double()).isFinite();
      assertThat(Host.doubles(certain.grad())[0]).isFinite();
    }
  }

  @Test
  void impossibleSettingsAndShapesAreRefused() {
    assertThatThrownBy(() -> new PreferenceLoss.Sigmoid(0))
        .hasMessageContaining("above 0, was 0.0");
    assertThatThrownBy(() -> new PreferenceLoss.RobustDpo(0.1, 0.5))
        .hasMessage("label smoothing must be in [0, 0.5), was 0.5");
    assertThatThrownBy(() -> new ReferenceFreeLoss.SimPo(2, -1)).hasMessageContaining("gamma");
    assertThatThrownBy(() -> new Kto(0.1, 0, 1)).hasMessageContaining("desirable");
    try (var scope = TensorScope.open()) {
      Tensor x = torch.zeros(2);
      assertThatThrownBy(() -> new PreferenceLoss.Ipo(0.1).of(x, x, torch.zeros(2, 1), x))
          .hasMessage("referenceChosen must have the shape of policyChosen [2], had [2, 1]");
    }
  }

  @Test
  void nothingIsLeftBehind() {
    LeakCheck.leavesNothing(
        () -> {
          Tensor x = torch.zeros(2).set_requires_grad(true);
          Tensor y = torch.ones(2);
          var result = new PreferenceLoss.Sigmoid(0.1, 0.1).of(x, y, y, y);
          result.loss().backward();
          result.stats();
          new PreferenceLoss.Hinge(1).of(x, y, y, y);
          new ReferenceFreeLoss.Orpo(1).of(x, y, y, y);
          new Kto(0.1, 1, 1).of(x, y, y, y, y);
        });
  }
}
