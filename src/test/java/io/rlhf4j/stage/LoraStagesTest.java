package io.rlhf4j.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.data.InputException;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.SafetensorsReader;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.train.CheckpointConfig;
import io.rlhf4j.train.DpoConfig;
import io.rlhf4j.train.LoraConfig;
import io.rlhf4j.train.OptimizerConfig;
import io.rlhf4j.train.PpoConfig;
import io.rlhf4j.train.PpoTrainer;
import io.rlhf4j.train.RewardConfig;
import io.rlhf4j.train.RunFolder;
import io.rlhf4j.train.SftConfig;
import io.rlhf4j.train.WhenRunExists;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each stage with adapters, from files to files. */
class LoraStagesTest {
  private static final int POSITIONS = 48;
  private static final LoraConfig LORA = new LoraConfig(2, 6, List.of("c_attn", "mlp.c_proj"));
  private static final CheckpointConfig CHECKPOINTS = new CheckpointConfig(0, 1);
  private static final OptimizerConfig OPTIMIZER = OptimizerConfig.paper(1e-2);

  @TempDir static Path work = Path.of("");

  enum Stage {
    SFT {
      @Override
      void run(Path output) {
        SftConfig training =
            new SftConfig(
                1, 16, 8, POSITIONS, true, true, 0, 0, OPTIMIZER, 0, 0.1, CHECKPOINTS, 1, 7);
        SftStage.run(
            new SftStage.Job(
                work.resolve("model"),
                work.resolve("demonstrations.jsonl"),
                null,
                null,
                PromptStyle.PLAIN,
                Precision.FLOAT32,
                false,
                false,
                LORA,
                output,
                training),
            "",
            WhenRunExists.REFUSE);
      }
    },
    REWARD {
      @Override
      void run(Path output) {
        RewardConfig training =
            new RewardConfig(
                1,
                16,
                24,
                POSITIONS,
                RewardConfig.Objective.PAIRWISE,
                RewardConfig.Readout.LAST_TOKEN,
                1,
                OPTIMIZER,
                0,
                0.1,
                CHECKPOINTS,
                1,
                7);
        RewardStage.run(
            new RewardStage.Job(
                work.resolve("reward"),
                work.resolve("rankings.jsonl"),
                work.resolve("demonstrations.jsonl"),
                PromptStyle.PLAIN,
                Precision.FLOAT32,
                false,
                LORA,
                output,
                training),
            "",
            WhenRunExists.REFUSE);
      }
    },
    DPO {
      @Override
      void run(Path output) {
        DpoConfig training =
            new DpoConfig(1, 48, 24, POSITIONS, 0.1, 0, OPTIMIZER, 0, 0.1, CHECKPOINTS, 1, 7);
        DpoStage.run(
            new DpoStage.Job(
                work.resolve("model"),
                work.resolve("rankings.jsonl"),
                PromptStyle.PLAIN,
                Precision.FLOAT32,
                false,
                LORA,
                output,
                training),
            "",
            WhenRunExists.REFUSE);
      }
    },
    PPO {
      @Override
      void run(Path output) {
        PpoConfig training =
            new PpoConfig(
                2 * 8,
                8,
                1,
                4,
                4,
                1,
                6,
                1,
                new PpoConfig.RewardShape(null, 0, null, true),
                new PpoConfig.Kl(0.05, null, 100, 0),
                0.2,
                0.2,
                1,
                0.95,
                false,
                true,
                new PpoConfig.Ptx(0.5, 1, 12),
                OPTIMIZER,
                OPTIMIZER,
                0,
                0,
                1,
                0.5,
                CHECKPOINTS,
                1,
                7);
        PpoStage.run(
            new PpoStage.Job(
                work.resolve("model"),
                work.resolve("reward"),
                null,
                work.resolve("prompts.jsonl"),
                work.resolve("text.jsonl"),
                PromptStyle.PLAIN,
                Precision.FLOAT32,
                false,
                LORA,
                output,
                training),
            "",
            WhenRunExists.REFUSE,
            PpoTrainer.Observer.NONE);
      }
    };

    abstract void run(Path output);

    Path base() {
      return work.resolve(this == REWARD ? "reward" : "model");
    }
  }

  @BeforeAll
  static void makeModelsAndData() throws IOException {
    TinyInputs.make(work, POSITIONS);
  }

  /** What PEFT would do with the folders: W + alpha / r (B A)^T, as GPT-2 stores [in, out]. */
  @ParameterizedTest
  @EnumSource
  void theModelThatComesOutIsTheBaseWithTheAdapterThatComesOut(Stage stage) throws IOException {
    Path output = work.resolve("run-" + stage);
    stage.run(output);
    JsonNode config =
        new ObjectMapper().readTree(output.resolve("adapter/adapter_config.json").toFile());
    assertThat(config.get("base_model_name_or_path").asText()).isEqualTo(stage.base().toString());
    double scale = config.get("lora_alpha").asDouble() / config.get("r").asDouble();
    assertThat(scale).isEqualTo(3);
    int adapted = 0;
    try (SafetensorsReader base = SafetensorsReader.open(stage.base());
        SafetensorsReader model = SafetensorsReader.open(output.resolve("model"));
        SafetensorsReader adapter =
            SafetensorsReader.open(output.resolve("adapter/adapter_model.safetensors"));
        TensorScope scope = TensorScope.withoutGradients()) {
      for (String name : base.names()) {
        String pair = "base_model.model." + name.replace(".weight", "");
        Tensor expected = base.read(name);
        if (adapter.names().contains(pair + ".lora_A.weight")) {
          Tensor b = adapter.read(pair + ".lora_B.weight");
          assertThat(b.abs().max().item_double()).as(name + " was trained").isPositive();
          Tensor product = b.matmul(adapter.read(pair + ".lora_A.weight"));
          expected = expected.add(product.t(), new Scalar(scale));
          adapted++;
        } else if (name.equals("score.weight")) {
          assertThat(Host.floats(model.read(name))).isNotEqualTo(Host.floats(expected));
          expected = adapter.read("base_model.model.score.weight");
        } else if (name.equals("score.bias")) {
          continue; // moved by the demonstrations that shall score 0
        }
        assertThat(Host.floats(model.read(name)))
            .as(name)
            .containsExactly(Host.floats(expected), within(1e-6f));
      }
    }
    assertThat(adapted).isEqualTo(2 * 2); // two targets in two layers
    JsonNode recorded = Objects.requireNonNull(RunFolder.read(output)).config().get("lora");
    assertThat(recorded)
        .isEqualTo(
            new ObjectMapper()
                .readTree("{\"rank\":2,\"alpha\":6.0,\"targets\":[\"c_attn\",\"mlp.c_proj\"]}"));
  }

  @Test
  void aStageRefusesMuonForAdapters() {
    SftConfig training =
        new SftConfig(
            1,
            16,
            8,
            POSITIONS,
            true,
            true,
            0,
            0,
            OPTIMIZER.withMuon(0.02),
            0,
            0.1,
            CHECKPOINTS,
            1,
            7);
    assertThatThrownBy(
            () ->
                new SftStage.Job(
                    work.resolve("model"),
                    work.resolve("demonstrations.jsonl"),
                    null,
                    null,
                    PromptStyle.PLAIN,
                    Precision.FLOAT32,
                    false,
                    false,
                    LORA,
                    work.resolve("refused"),
                    training))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("optimizer.muon_learning_rate must be 0 while lora.rank");
  }
}
