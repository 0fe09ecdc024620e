package io.rlhf4j.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.RewardModel.Likelihood;
import io.rlhf4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalarFolderTest {
  @TempDir private Path work;

  @BeforeEach
  void makeModels() throws IOException {
    TinyInputs.make(work, 32);
  }

  private Path says(String json) throws IOException {
    return Files.writeString(work.resolve("reward/reward.json"), json);
  }

  @Test
  void theLikelihoodsWeightAndOriginComeBack() {
    try (Tokenizer tokenizer = Tokenizer.load(work.resolve("reward"));
        RewardModel read =
            ScalarFolder.read(work.resolve("reward"), tokenizer, Precision.FLOAT32, false)) {
      assertThat(read.likelihood()).isEqualTo(new Likelihood(0.5, -3));
    }
  }

  @Test
  void aFolderThatSaysNothingOfALikelihoodHasNone() throws IOException {
    says("{\"readout\": \"last_token\"}");
    assertThat(ScalarFolder.likelihood(work.resolve("reward"))).isEqualTo(Likelihood.NONE);
    Files.delete(work.resolve("reward/reward.json"));
    assertThat(ScalarFolder.likelihood(work.resolve("reward"))).isEqualTo(Likelihood.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"readout\": \"middle\"}                                          | \"readout\"",
        "{\"readout\": \"last_token\", \"likelihood\": {\"weight\": \"x\"}} | \"likelihood\"",
        "{\"readout\": \"last_token\", \"likelihood\": {\"weight\": 1}}     | \"origin\"",
        "{\"readout\":                                                      | \"readout\""
      })
  void aBrokenDescriptionIsRefusedWithTheFileAndWhatItMustSay(String json, String expected)
      throws IOException {
    Path file = says(json);
    assertThatThrownBy(() -> ScalarFolder.likelihood(work.resolve("reward")))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(file.toString(), "must say", expected);
  }
}
