package io.rlhf4j.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.bottle.BottleConfig;
import io.rlhf4j.data.InputException;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import io.rlhf4j.tokenizer.BpeTrainer;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.train.LoraConfig;
import io.rlhf4j.train.MetricsLog;
import io.rlhf4j.train.PpoConfig;
import io.rlhf4j.train.PpoTrainer;
import io.rlhf4j.train.WhenRunExists;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PPO on tiny models: where its value model starts, and what it refuses. */
class PpoStageTest {
  @TempDir private Path work;

  @BeforeEach
  void makeModels() throws IOException {
    TinyInputs.make(work, 48);
  }

  /** The value model's loss in the first iteration. */
  private double firstValueLoss(@Nullable Path value, String run) {
    Path output = work.resolve(run);
    PpoStage.run(job(value, output), "", WhenRunExists.REFUSE, PpoTrainer.Observer.NONE);
    return MetricsLog.read(output.resolve("metrics.jsonl"))
        .get(0)
        .get("loss/value_avg")
        .orElseThrow();
  }

  private PpoStage.Job job(@Nullable Path value, Path output) {
    return job(value, output, BottleConfig.smoke().ppo());
  }

  private PpoStage.Job job(@Nullable Path value, Path output, PpoConfig training) {
    return new PpoStage.Job(
        work.resolve("model"),
        work.resolve("reward"),
        value,
        work.resolve("prompts.jsonl"),
        null,
        PromptStyle.PLAIN,
        Precision.FLOAT32,
        false,
        LoraConfig.off(),
        output,
        training);
  }

  @Test
  void theValueModelStartsFromTheRewardModelUnlessAnotherIsNamed() {
    double paper = firstValueLoss(null, "paper");
    assertThat(firstValueLoss(work.resolve("reward"), "named")).isEqualTo(paper);
    assertThat(firstValueLoss(work.resolve("model"), "policy")).isNotEqualTo(paper);
  }

  @Test
  void aLanguageModelGivesTheValueModelAHeadOfZeros() {
    Path start = job(work.resolve("model"), work.resolve("run")).valueStart();
    try (Transformer value = ModelFolder.readScalar(start, Precision.FLOAT32, true);
        TensorScope scope = TensorScope.withoutGradients()) {
      assertThat(Host.floats(value.weights().get("score.weight"))).containsOnly(0);
      assertThat(Host.floats(value.weights().get("score.bias"))).containsOnly(0);
    }
  }

  @Test
  void aValueModelOfAnotherTokenizerIsRefused() throws IOException {
    Path other = work.resolve("other");
    BpeTrainer trainer = new BpeTrainer(BpeTrainer.SMALLEST_VOCABULARY + 5, 2);
    trainer.add("fox hen fox hen fox hen");
    trainer.train().saveTo(other, 48);
    PpoStage.Job job = job(other, work.resolve("run"));
    assertThatThrownBy(() -> PpoStage.run(job, "", WhenRunExists.REFUSE, PpoTrainer.Observer.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("value model " + other);
  }

  @Test
  void denseRewardsAreRefusedBeforeAnyWorkWhereTheRewardModelHasNoShares() throws IOException {
    Files.writeString(work.resolve("reward/reward.json"), "{\"readout\": \"last_token\"}");
    PpoConfig dense = BottleConfig.mini().ppo();
    PpoStage.Job job = job(null, work.resolve("run"), dense);
    assertThatThrownBy(() -> PpoStage.run(job, "", WhenRunExists.REFUSE, PpoTrainer.Observer.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(
            "training.reward.dense is true", "likelihood_weight", "training.reward.dense=false");
    assertThat(work.resolve("run")).doesNotExist();
  }
}
