package io.rlhf4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder as PEFT expects it; its own names, shapes and keys are written down here. */
class AdapterFolderTest {
  @TempDir Path folder;

  @Test
  void everyMatrixOfALlamaHasItsOwnPairUnderPeftsName() throws IOException {
    // 32 wide, 4 heads of 8 over 2 key/value heads, 48 within the feed-forward part, one layer
    ModelConfig config = ModelConfig.llama(50, 32, 1, 4, 2, 48, 64);
    try (Transformer base = Transformer.fresh(config, Precision.FLOAT32, 3);
        Transformer adapted =
            base.with(Adapter.fresh(base, 2, 4, List.of(Adapter.ALL_LINEAR), 1))) {
      AdapterFolder.write(folder, adapted, Path.of("models/base"));
      String at = "base_model.model.model.layers.0.";
      Map<String, List<Long>> expected = new TreeMap<>();
      pair(expected, at + "self_attn.q_proj", 32, 32);
      pair(expected, at + "self_attn.k_proj", 16, 32);
      pair(expected, at + "self_attn.v_proj", 16, 32);
      pair(expected, at + "self_attn.o_proj", 32, 32);
      pair(expected, at + "mlp.gate_proj", 48, 32);
      pair(expected, at + "mlp.up_proj", 48, 32);
      pair(expected, at + "mlp.down_proj", 32, 48);
      assertThat(shapes()).isEqualTo(expected);
      assertThat(config())
          .isEqualTo(
              new ObjectMapper()
                  .readTree(
                      """
                      {"peft_type": "LORA", "task_type": "CAUSAL_LM",
                       "base_model_name_or_path": "models/base",
                       "r": 2, "lora_alpha": 4, "lora_dropout": 0.0,
                       "target_modules": ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj",
                                          "up_proj", "v_proj"],
                       "fan_in_fan_out": false, "bias": "none", "modules_to_save": null,
                       "init_lora_weights": true, "use_rslora": false, "use_dora": false,
                       "inference_mode": true}
                      """));
    }
  }

  @Test
  void aGpt2RewardModelHasOnePairForItsStackedProjectionAndItsHead() throws IOException {
    ModelConfig config = ModelConfig.gpt2(50, 32, 1, 4, 64);
    try (Transformer base = Transformer.scalar(config, Precision.FLOAT32, false)) {
      Initialization.gpt2(base, 3);
      Initialization.scalarHead(base, 3);
      try (Transformer adapted = base.with(Adapter.fresh(base, 2, 0.5, List.of("c_attn"), 1))) {
        AdapterFolder.write(folder, adapted, Path.of("models/base"));
        Map<String, List<Long>> expected = new TreeMap<>();
        pair(expected, "base_model.model.transformer.h.0.attn.c_attn", 96, 32);
        expected.put("base_model.model.score.weight", List.of(1L, 32L));
        assertThat(shapes()).isEqualTo(expected);
        assertThat(config().get("task_type").asText()).isEqualTo("SEQ_CLS");
        assertThat(config().get("modules_to_save").toString()).isEqualTo("[\"score\"]");
        assertThat(config().get("target_modules").toString()).isEqualTo("[\"c_attn\"]");
        assertThat(config().get("fan_in_fan_out").asBoolean()).isTrue();
        assertThat(config().get("lora_alpha").asDouble()).isEqualTo(0.5);
        try (SafetensorsReader reader = open();
            TensorScope scope = TensorScope.withoutGradients()) {
          assertThat(Host.floats(reader.read("base_model.model.score.weight")))
              .isEqualTo(Host.floats(base.weights().get("score.weight")));
        }
      }
    }
  }

  @Test
  void aModelWithoutAnAdapterLeavesNoFolder() {
    try (Transformer base =
        Transformer.fresh(ModelConfig.gpt2(50, 32, 1, 4, 64), Precision.FLOAT32, 3)) {
      AdapterFolder.write(folder.resolve("adapter"), base, Path.of("models/base"));
      assertThat(folder).isEmptyDirectory();
    }
  }

  private static void pair(Map<String, List<Long>> shapes, String module, long out, long in) {
    shapes.put(module + ".lora_A.weight", List.of(2L, in));
    shapes.put(module + ".lora_B.weight", List.of(out, 2L));
  }

  private SafetensorsReader open() {
    return SafetensorsReader.open(folder.resolve("adapter_model.safetensors"));
  }

  private Map<String, List<Long>> shapes() {
    try (SafetensorsReader reader = open()) {
      Map<String, List<Long>> shapes = new TreeMap<>();
      for (String name : reader.names()) {
        shapes.put(name, java.util.Arrays.stream(reader.shape(name)).boxed().toList());
      }
      return shapes;
    }
  }

  private JsonNode config() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("adapter_config.json").toFile());
  }
}
