package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class LoraConfigTest {
  @Test
  void adaptersAreOffUntilARankIsGiven() {
    assertThat(LoraConfig.off()).isEqualTo(new LoraConfig(0, 32, List.of("all-linear")));
    assertThat(LoraConfig.off().on()).isFalse();
    assertThat(LoraConfig.off().withRank(8).on()).isTrue();
  }

  @Test
  void impossibleSettingsAreRefusedWithTheirRule() {
    refused(
        () -> LoraConfig.off().withRank(-1),
        "lora.rank must be at least 0 (0 = every weight is trained), was -1");
    refused(
        () -> new LoraConfig(8, 0, List.of("q_proj")),
        "lora.alpha must be positive; a usual value is twice the rank, was 0.0");
    refused(
        () -> new LoraConfig(8, 16, List.of()),
        "lora.targets must name at least one matrix, such as [q_proj, v_proj], or be [all-linear],"
            + " was []");
    refused(
        () -> new LoraConfig(8, 16, List.of("all-linear", "q_proj")),
        "lora.targets must hold all-linear alone or not at all, was [all-linear, q_proj]");
  }

  @Test
  void muonIsRefusedForAdaptersOnly() {
    OptimizerConfig muon = OptimizerConfig.paper(1e-4).withMuon(0.02);
    refused(
        () -> LoraConfig.off().withRank(8).require(muon),
        "optimizer.muon_learning_rate must be 0 while lora.rank is above 0, as Muon is for whole"
            + " matrices, was 0.02");
    assertThatCode(() -> LoraConfig.off().require(muon)).doesNotThrowAnyException();
  }

  private static void refused(ThrowingCallable setting, String message) {
    assertThatThrownBy(setting).isInstanceOf(InputException.class).hasMessage(message);
  }
}
