package io.rlhf4j.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import java.nio.file.Path;

/**
 * Writes config.json and generation_config.json as transformers reads them (the style of version 4,
 * which version 5 reads as well).
 */
public final class ModelConfigWriter {
  private ModelConfigWriter() {}

  /**
   * @param rewardModel false for a language model, true for a model with one scalar per text
   *     ({@code ...ForSequenceClassification} with one label), which needs a pad token
   */
  public static void write(Path folder, ModelConfig config, boolean rewardModel) {
    if (rewardModel && config.padId() == null) {
      throw new InputException(
          "cannot write "
              + folder.resolve("config.json")
              + ": a reward model scores the last token that is not padding, so it needs a pad"
              + " token id; give the model one (its eos token will do)");
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add(architecture(config, rewardModel));
    json.put("model_type", config.family().modelType());
    if (config.family() == Family.GPT2) {
      gpt2(json, config);
    } else {
      llamaLike(json, config);
    }
    json.put("vocab_size", config.vocabularySize());
    json.put("tie_word_embeddings", config.tieWordEmbeddings());
    json.put("initializer_range", config.initializerRange());
    json.put("use_cache", true);
    if (rewardModel) {
      json.put("num_labels", 1);
      json.putObject("id2label").put("0", "LABEL_0");
      json.putObject("label2id").put("LABEL_0", 0);
    }
    json.put("torch_dtype", config.dtype().torchName());
    tokens(json, config);
    write(folder.resolve("config.json"), json);

    ObjectNode generation = JsonNodeFactory.instance.objectNode();
    tokens(generation, config);
    write(folder.resolve("generation_config.json"), generation);
  }

  private static String architecture(ModelConfig config, boolean rewardModel) {
    if (rewardModel) {
      return config.family().classPrefix() + "ForSequenceClassification";
    }
    return config.family() == Family.GPT2
        ? "GPT2LMHeadModel"
        : config.family().classPrefix() + "ForCausalLM";
  }

  private static void gpt2(ObjectNode json, ModelConfig config) {
    json.put("activation_function", config.activation().configName());
    json.put("n_embd", config.hiddenSize());
    json.put("n_head", config.heads());
    json.put("n_layer", config.layers());
    json.put("n_inner", config.intermediateSize());
    json.put("n_positions", config.maxPositions());
    json.put("n_ctx", config.maxPositions());
    json.put("layer_norm_epsilon", config.normEpsilon());
    json.put("resid_pdrop", config.residualDropout());
    // The paper's models drop on the residual stream only.
    json.put("embd_pdrop", 0.0);
    json.put("attn_pdrop", 0.0);
    json.put("scale_attn_weights", true);
    json.put("scale_attn_by_inverse_layer_idx", false);
    json.put("reorder_and_upcast_attn", false);
  }

  private static void llamaLike(ObjectNode json, ModelConfig config) {
    json.put("hidden_act", config.activation().configName());
    json.put("hidden_size", config.hiddenSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("num_hidden_layers", config.layers());
    json.put("num_attention_heads", config.heads());
    json.put("num_key_value_heads", config.keyValueHeads());
    json.put("head_dim", config.headDim());
    json.put("max_position_embeddings", config.maxPositions());
    json.put("rms_norm_eps", config.normEpsilon());
    json.put("rope_theta", config.ropeTheta());
    RopeScaling scaling = config.ropeScaling();
    if (scaling == null) {
      json.putNull("rope_scaling");
    } else {
      json.putObject("rope_scaling")
          .put("rope_type", "llama3")
          .put("factor", scaling.factor())
          .put("low_freq_factor", scaling.lowFreqFactor())
          .put("high_freq_factor", scaling.highFreqFactor())
          .put("original_max_position_embeddings", scaling.originalMaxPositions());
    }
    json.put("attention_dropout", 0.0);
    switch (config.family()) {
      case LLAMA -> {
        json.put("attention_bias", config.attentionBias());
        json.put("mlp_bias", config.mlpBias());
      }
      case MISTRAL -> json.put("sliding_window", config.slidingWindow());
      case QWEN2 -> {
        boolean windowed = config.slidingWindow() != null;
        json.put("use_sliding_window", windowed);
        json.put("sliding_window", config.slidingWindow());
        json.put("max_window_layers", windowed ? 0 : config.layers());
      }
      case GPT2 -> throw new AssertionError("GPT-2 has keys of its own");
    }
  }

  private static void tokens(ObjectNode json, ModelConfig config) {
    json.put("bos_token_id", config.bosId());
    switch (config.eosIds().size()) {
      case 0 -> json.putNull("eos_token_id");
      case 1 -> json.put("eos_token_id", config.eosIds().get(0));
      default -> config.eosIds().forEach(json.putArray("eos_token_id")::add);
    }
    json.put("pad_token_id", config.padId());
  }

  private static void write(Path file, ObjectNode json) {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    try {
      AtomicFile.write(file, new JsonMapper().writer(printer).writeValueAsString(json) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes is always JSON", e);
    }
  }
}
