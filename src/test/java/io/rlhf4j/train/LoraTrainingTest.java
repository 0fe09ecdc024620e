package io.rlhf4j.train;

import static io.rlhf4j.train.Miniature.NO_CHECKPOINTS;
import static io.rlhf4j.train.Miniature.PAD;
import static io.rlhf4j.train.Miniature.last;
import static io.rlhf4j.train.Miniature.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.LeakCheck;
import io.rlhf4j.model.Initialization;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.SafetensorsReader;
import io.rlhf4j.model.TokenBatch;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters of tiny models through the real trainers. */
class LoraTrainingTest {
  private static final LoraConfig LORA = new LoraConfig(4, 32, List.of("all-linear"));

  @TempDir Path folder;

  /** Policy and reference over one set of weights, which {@code base} owns. */
  private static PpoTrainer.Models models(Transformer base) {
    return new PpoTrainer.Models(
        LORA.adapt(base, 42), base, Miniature.scalar(2), Miniature.planted());
  }

  private static PpoTrainer trainer(PpoTrainer.Models models, PpoConfig config, Run run) {
    return new PpoTrainer(
        config, models, Miniature.prompts(), Miniature.text(), new int[0], PAD, run);
  }

  /** With larger embeddings than a fresh model's: frozen and tied, they bound the logits. */
  private static Transformer frozen() {
    Transformer base = Transformer.language(Miniature.CONFIG, Precision.FLOAT32, false);
    Initialization.gpt2(base, 1);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      base.weights().get("tokens").mul_(new Scalar(4.0));
    }
    return base;
  }

  private static float[] head(Transformer adapted) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return Host.floats(adapted.trained().get("score.weight"));
    }
  }

  private static void close(PpoTrainer.Models models) {
    models.policy().close();
    models.value().close();
    models.reward().transformer().close();
  }

  private static float[] logits(Transformer model) {
    TokenBatch batch = TokenBatch.rightPadded(List.of(new int[] {3, 1, 4, 1, 5, 9}), PAD);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return Host.floats(model.forward(batch).logits());
    }
  }

  @Test
  void anAdaptedPolicyStartsAtTheReferenceAndTheReferenceStaysWhereItWas() {
    try (Transformer base = frozen()) {
      float[] weights = Miniature.weights(base);
      float[] logits = logits(base);
      PpoTrainer.Models models = models(base);
      List<MetricsRow> rows =
          Miniature.recorded(
              folder,
              NO_CHECKPOINTS,
              run ->
                  trainer(models, Miniature.ppo(40, 0, Miniature.FREE, 0, NO_CHECKPOINTS), run)
                      .train());
      assertThat(number(rows.get(0), "objective/kl")).isZero();
      assertThat(number(rows.get(0), "val/ratio_first")).isEqualTo(1);
      // One token in sixteen is liked: about -0.875 at first, 1 at best.
      assertThat(number(last(rows), "objective/scores")).isGreaterThan(0.2);
      assertThat(number(last(rows), "objective/kl")).isGreaterThan(0.1);
      assertThat(Miniature.weights(base)).isEqualTo(weights);
      assertThat(logits(models.reference())).isEqualTo(logits);
      assertThat(logits(models.policy())).isNotEqualTo(logits);
      close(models);
    }
  }

  @Test
  void aCheckpointHoldsTheAdapterAndNotTheModel() {
    CheckpointConfig every = new CheckpointConfig(1, 1);
    try (Transformer base = frozen()) {
      PpoTrainer.Models models = models(base);
      Miniature.recorded(
          folder,
          every,
          run -> trainer(models, Miniature.ppo(1, 0, Miniature.FREE, 0.9, every), run).train());
      long trained = models.policy().trained().flat().numel();
      assertThat(trained).isLessThan(base.weights().flat().numel());
      Path state = folder.resolve("checkpoints/step-000001/state.safetensors");
      try (SafetensorsReader reader = SafetensorsReader.open(state)) {
        for (String part : List.of("weights", "adam.mean", "adam.square", "average")) {
          assertThat(reader.shape("policy." + part)).containsExactly(trained);
        }
      }
      close(models);
    }
  }

  @Test
  void anAdapterSeparatesPairsWithTheModelWithoutItAsReference() {
    List<PairSample> pairs =
        List.of(
            new PairSample(new int[] {1, 2}, new int[] {3}, new int[] {9, 9}),
            new PairSample(new int[] {2, 2}, new int[] {6}, new int[] {8, 1}));
    DpoConfig config =
        new DpoConfig(
            40, 2, 2, 16, 0.1, 0, Miniature.optimizer(1e-2), 0, 0.1, NO_CHECKPOINTS, 1, 42);
    try (Transformer base = frozen();
        Transformer policy = LORA.adapt(base, 42)) {
      float[] weights = Miniature.weights(base);
      List<MetricsRow> rows =
          Miniature.recorded(
              folder,
              NO_CHECKPOINTS,
              run -> new DpoTrainer(config, policy, PAD, pairs, run).train());
      assertThat(number(rows.get(0), "loss")).isCloseTo(Math.log(2), within(1e-6));
      assertThat(number(rows.get(0), "rewards/margins")).isCloseTo(0, within(1e-6));
      assertThat(number(last(rows), "rewards/accuracies")).isEqualTo(1);
      assertThat(number(last(rows), "loss")).isLessThan(0.5);
      assertThat(Miniature.weights(base)).isEqualTo(weights);
    }
  }

  @Test
  void aRewardModelTrainsItsHeadBesideTheAdapter() {
    List<RankedSample> rankings =
        List.of(
            new RankedSample(
                new int[] {1, 2}, List.of(new int[] {5}, new int[] {6}), new int[] {1, 2}, "maker"),
            new RankedSample(
                new int[] {3},
                List.of(new int[] {7, 5}, new int[] {7, 8}),
                new int[] {1, 2},
                "maker"));
    RewardConfig config =
        new RewardConfig(
            30,
            2,
            4,
            16,
            RewardConfig.Objective.PAIRWISE,
            RewardConfig.Readout.LAST_TOKEN,
            0,
            Miniature.optimizer(1e-2),
            0,
            0.1,
            NO_CHECKPOINTS,
            1,
            42);
    try (Transformer base = Miniature.scalar(1);
        Transformer adapted = LORA.adapt(base, 42)) {
      float[] weights = Miniature.weights(base);
      float[] head = head(adapted);
      List<MetricsRow> rows =
          Miniature.recorded(
              folder,
              NO_CHECKPOINTS,
              run ->
                  new RewardTrainer(config, new RewardModel(adapted, -1, PAD), rankings, run)
                      .train());
      assertThat(number(last(rows), "accuracy")).isEqualTo(1);
      assertThat(number(last(rows), "loss")).isLessThan(0.2);
      assertThat(head(adapted)).isNotEqualTo(head);
      assertThat(Miniature.weights(base)).isEqualTo(weights);
    }
  }

  @Test
  void trainingAnAdapterLeavesNoNativeObjectBehind() {
    CheckpointConfig every = new CheckpointConfig(1, 1);
    LeakCheck.cleansUp(
        () -> {
          try (Transformer base = frozen()) {
            PpoTrainer.Models models = models(base);
            Miniature.recorded(
                folder,
                every,
                run ->
                    trainer(models, Miniature.ppo(2, 1, Miniature.FREE, 0.9, every), run).train());
            close(models);
          }
        });
  }
}
