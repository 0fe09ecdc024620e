package io.rlhf4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.SharedFiles;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String GPT2 =
      """
      {"model_type": "gpt2", "n_embd": 12, "n_head": 3, "n_layer": 2, "n_positions": 16,
       "vocab_size": 50}
      """;
  private static final String LLAMA =
      """
      {"model_type": "llama", "hidden_size": 12, "num_attention_heads": 6,
       "num_key_value_heads": 2, "num_hidden_layers": 2, "intermediate_size": 20,
       "max_position_embeddings": 16, "vocab_size": 50}
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiny-gpt2",
        "tiny-llama",
        "tiny-llama-tied",
        "tiny-llama3-rope",
        "tiny-mistral",
        "tiny-qwen2"
      })
  void bothStylesOfConfigSayTheSame(String name) {
    Path model = SharedFiles.require("fixtures/models/" + name);
    ModelConfig newer = ModelConfigReader.read(model.resolve("config.transformers-5.18.0.json"));
    assertThat(newer).isEqualTo(ModelConfigReader.read(model.resolve("config.json")));
    assertThat(newer.layers()).isEqualTo(2);
    assertThat(newer.vocabularySize()).isEqualTo(320);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fixtures/models/tiny-gpt2",
        "fixtures/models/tiny-llama-bf16",
        "fixtures/models/tiny-llama-tied",
        "fixtures/models/tiny-llama3-rope",
        "fixtures/models/tiny-mistral",
        "fixtures/models/tiny-qwen2",
        "models/craftgpt-5m",
        "models/stories260K"
      })
  void whatIsWrittenIsReadBackAsItWas(String name) {
    ModelConfig config = ModelConfigReader.read(SharedFiles.require(name));
    ModelConfigWriter.write(folder, config, false);
    assertThat(ModelConfigReader.read(folder)).isEqualTo(config);
    ModelConfigWriter.write(folder, config.withTokens(1, List.of(2), 3), true);
    assertThat(ModelConfigReader.read(folder)).isEqualTo(config.withTokens(1, List.of(2), 3));
  }

  @ParameterizedTest
  @EnumSource(value = Family.class, names = "GPT2", mode = EnumSource.Mode.EXCLUDE)
  void writtenFamiliesKeepWhatIsTheirs(Family family) {
    ModelConfig llama = ModelConfig.llama(100, 24, 3, 4, 2, 40, 32);
    ModelConfig config =
        new ModelConfig(
            family,
            100,
            24,
            3,
            4,
            2,
            8,
            40,
            32,
            Activation.GELU,
            1e-6,
            5e5,
            new RopeScaling(8, 1, 4, 16),
            true,
            family != Family.MISTRAL,
            family == Family.LLAMA,
            family == Family.LLAMA ? null : 5,
            null,
            List.of(),
            null,
            0.03,
            0,
            Dtype.BF16);
    assertThat(config).isNotEqualTo(llama);
    ModelConfigWriter.write(folder, config, false);
    assertThat(ModelConfigReader.read(folder)).isEqualTo(config);
  }

  @Test
  void craftGptHasReluFourTimesWideAndAHeadOfItsOwn() {
    ModelConfig config = ModelConfigReader.read(SharedFiles.require("models/craftgpt-5m"));
    assertThat(config.family()).isEqualTo(Family.GPT2);
    assertThat(config.activation()).isEqualTo(Activation.RELU);
    assertThat(config.headDim()).isEqualTo(48);
    assertThat(config.intermediateSize()).isEqualTo(960);
    assertThat(config.tieWordEmbeddings()).isFalse();
    assertThat(config.eosIds()).containsExactly(0, 1);
    assertThat(config.padId()).isEqualTo(1906);
  }

  @Test
  void absentKeysTakeTheFamilysDefaults() throws IOException {
    ModelConfig gpt2 = read(GPT2);
    assertThat(gpt2).isEqualTo(ModelConfig.gpt2(50, 12, 2, 3, 16).withResidualDropout(0.1));
    ModelConfig llama = read(LLAMA);
    assertThat(llama.tieWordEmbeddings()).isFalse();
    assertThat(llama.normEpsilon()).isEqualTo(1e-6);
    assertThat(llama.headDim()).isEqualTo(2);
    assertThat(llama.ropeScaling()).isNull();
    assertThat(llama.dtype()).isEqualTo(Dtype.F32);
    assertThat(llama.padId()).isNull();
    assertThat(llama.eosIds()).isEmpty();
    assertThat(read(without(LLAMA, "num_key_value_heads")).keyValueHeads()).isEqualTo(6);
    assertThat(read(LLAMA.replace("llama", "mistral")).slidingWindow()).isEqualTo(4096);
    assertThat(read(LLAMA.replace("llama", "qwen2")).attentionBias()).isTrue();
    assertThat(read(LLAMA.replace("llama", "qwen2")).attentionOutputBias()).isFalse();
  }

  @Test
  void generationConfigSaysWhichTokensEndAText() {
    Path model = SharedFiles.require("fixtures/models/tiny-qwen2");
    assertThat(ModelConfigReader.read(model).eosIds()).containsExactly(2, 5);
    assertThat(ModelConfigReader.read(model.resolve("config.json")).eosIds()).containsExactly(2);
    Path stories = SharedFiles.require("models/stories260K");
    assertThat(ModelConfigReader.read(stories).padId()).isZero();
  }

  @Test
  void slidingWindowsOfQwenApplyToAllLayersOrNone() throws IOException {
    String qwen = LLAMA.replace("llama", "qwen2");
    assertThat(read(with(qwen, "sliding_window", "7")).slidingWindow()).isNull();
    String windowed = with(with(qwen, "sliding_window", "7"), "use_sliding_window", "true");
    assertThat(read(with(windowed, "max_window_layers", "2")).slidingWindow()).isNull();
    assertThat(read(with(windowed, "max_window_layers", "0")).slidingWindow()).isEqualTo(7);
    assertThatThrownBy(() -> read(with(windowed, "max_window_layers", "1")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'max_window_layers' must be 0 or at least 2, was 1");
    String mixed = "[\"full_attention\", \"sliding_attention\"]";
    assertThatThrownBy(() -> read(with(windowed, "layer_types", mixed)))
        .hasMessageContaining("'layer_types' must be the same for every layer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_type | \"bloom\" | one of gpt2, llama, mistral, qwen2, was 'bloom'",
        "model_type | null | 'model_type' is missing",
        "vocab_size | null | 'vocab_size' is missing",
        "vocab_size | 0 | 'vocab_size' must be positive, was 0",
        "vocab_size | 1.5 | 'vocab_size' must be a whole number, was 1.5",
        "vocab_size | \"50\" | 'vocab_size' must be a whole number, was \"50\"",
        "hidden_size | 13 | 6 does not divide 13",
        "num_key_value_heads | 4 | 4 does not divide 6",
        "head_dim | 3 | must be even, was 3",
        "hidden_act | \"mish\" | hidden_act must be one of gelu_new",
        "rms_norm_eps | 0 | norm epsilon",
        "rms_norm_eps | true | 'rms_norm_eps' must be a number, was true",
        "attention_bias | 1 | 'attention_bias' must be true or false, was 1",
        "rope_scaling | {\"type\":\"yarn\"} | must be default or llama3, was 'yarn'",
        "rope_scaling | {\"rope_type\":\"llama3\"} | rope_scaling: 'factor' is missing",
        "rope_scaling | 4 | rope_scaling: must hold a JSON object",
        "rope_parameters | {\"full_attention\":{}} | must be default or llama3, was ''",
        "partial_rotary_factor | 0.5 | 'partial_rotary_factor' must be 1, was 0.5",
        "torch_dtype | \"float8_e4m3fn\" | must be one of float32",
        "quantization_config | {} | the weights are quantized",
        "pad_token_id | 50 | pad token id must be below the vocabulary size 50, was 50",
        "eos_token_id | [1, \"x\"] | 'eos_token_id' must be a token id or a list",
      })
  void whatCannotBeComputedIsRefusedByNameAndValue(String key, String value, String says) {
    assertThatThrownBy(() -> read(with(LLAMA, key, value)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(folder.resolve("config.json").toString())
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @CsvSource({
    "scale_attn_weights, false",
    "scale_attn_by_inverse_layer_idx, true",
    "add_cross_attention, true",
    "n_head, 5",
    "resid_pdrop, 1"
  })
  void variantsOfGpt2ThatAreNotComputedAreRefused(String key, String value) {
    assertThatThrownBy(() -> read(with(GPT2, key, value))).isInstanceOf(InputException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"n_embd\": 1, \"n_embd\": 2}", "{} {}", "nonsense"})
  void aFileThatIsNotOneJsonObjectIsRefused(String content) {
    assertThatThrownBy(() -> read(content))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("config.json");
  }

  @Test
  void aFolderWithoutConfigIsRefused() {
    assertThatThrownBy(() -> ModelConfigReader.read(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("config.json does not exist");
  }

  @Test
  void aFamilyCannotHaveWhatItsConfigCannotSay() {
    ModelConfig llama = ModelConfig.llama(50, 12, 2, 6, 2, 20, 16);
    assertThatThrownBy(
            () ->
                new ModelConfig(
                    Family.QWEN2,
                    50,
                    12,
                    2,
                    6,
                    2,
                    2,
                    20,
                    16,
                    llama.activation(),
                    1e-6,
                    1e4,
                    null,
                    true,
                    false,
                    false,
                    null,
                    null,
                    List.of(),
                    null,
                    0.02,
                    0,
                    Dtype.F32))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a qwen2 model cannot have attention bias false");
  }

  @Test
  void aRewardModelSaysSoAndNeedsAPadToken() throws IOException {
    ModelConfig config = ModelConfig.gpt2(50, 12, 2, 3, 16);
    assertThatThrownBy(() -> ModelConfigWriter.write(folder, config, true))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("needs a pad token id");
    assertThat(folder).isEmptyDirectory();
    ModelConfigWriter.write(folder, config.withTokens(1, List.of(2, 3), 0), true);
    JsonNode json = JSON.readTree(folder.resolve("config.json").toFile());
    assertThat(json.at("/architectures/0").asText()).isEqualTo("GPT2ForSequenceClassification");
    assertThat(json.get("num_labels").asInt()).isEqualTo(1);
    assertThat(json.get("pad_token_id").asInt()).isZero();
    JsonNode generation = JSON.readTree(folder.resolve("generation_config.json").toFile());
    assertThat(generation.get("eos_token_id").size()).isEqualTo(2);
  }

  private ModelConfig read(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return ModelConfigReader.read(folder);
  }

  private static String with(String json, String key, String value) throws IOException {
    ObjectNode node = (ObjectNode) JSON.readTree(json);
    node.set(key, JSON.readTree(value));
    return node.toString();
  }

  private static String without(String json, String key) throws IOException {
    ObjectNode node = (ObjectNode) JSON.readTree(json);
    node.remove(key);
    return node.toString();
  }
}
