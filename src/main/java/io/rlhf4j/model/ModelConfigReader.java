package io.rlhf4j.model;

import io.rlhf4j.data.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads config.json, in the style of transformers 4 ({@code torch_dtype}, {@code rope_theta}) and
 * of 5 ({@code dtype}, {@code rope_parameters}). Absent keys take the defaults transformers gives
 * them; a setting that would change the calculation in a way unknown here is refused.
 */
public final class ModelConfigReader {
  private ModelConfigReader() {}

  /**
   * Reads a model folder's config.json. Where generation_config.json lies beside it, its list of
   * eos tokens replaces the config's (chat models often end in more tokens than they were
   * pre-trained with), and its bos and pad tokens fill in those the config lacks.
   *
   * @param folder the model folder, or the config.json itself (then it alone is read)
   */
  public static ModelConfig read(Path folder) {
    if (!Files.isDirectory(folder)) {
      return build(ConfigJson.read(folder), null);
    }
    Path generation = folder.resolve("generation_config.json");
    return build(
        ConfigJson.read(folder.resolve("config.json")),
        Files.exists(generation) ? ConfigJson.read(generation) : null);
  }

  private static ModelConfig build(ConfigJson json, @Nullable ConfigJson generation) {
    String modelType =
        json.text("model_type")
            .orElseThrow(() -> new InputException(json.where() + ": 'model_type' is missing"));
    Family family = Family.ofModelType(modelType, json.where());
    if (json.has("quantization_config")) {
      throw new InputException(
          json.where()
              + ": the weights are quantized (quantization_config), which cannot be read; use the"
              + " model in float32, float16 or bfloat16");
    }
    Tokens tokens = Tokens.read(json, generation, family);
    try {
      return family == Family.GPT2 ? gpt2(json, tokens) : llamaLike(json, family, tokens);
    } catch (InputException e) {
      // What ModelConfig refuses, it refuses without knowing the file.
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(json.where())
          ? e
          : new InputException(json.where() + ": " + message, e);
    }
  }

  private record Tokens(@Nullable Integer bos, List<Integer> eos, @Nullable Integer pad) {
    static Tokens read(ConfigJson json, @Nullable ConfigJson generation, Family family) {
      ConfigJson other = generation == null ? json : generation;
      List<Integer> eos = other.tokens("eos_token_id");
      if (eos.isEmpty()) {
        eos = json.tokens("eos_token_id");
      }
      Integer bos = json.token("bos_token_id").or(() -> other.token("bos_token_id")).orElse(null);
      Integer pad = json.token("pad_token_id").or(() -> other.token("pad_token_id")).orElse(null);
      return new Tokens(bos, eos, pad);
    }
  }

  private static ModelConfig gpt2(ConfigJson json, Tokens tokens) {
    requireFlag(json, "scale_attn_weights", true);
    requireFlag(json, "scale_attn_by_inverse_layer_idx", false);
    requireFlag(json, "add_cross_attention", false);
    int hidden = json.positive("n_embd");
    int heads = json.positive("n_head");
    if (hidden % heads != 0) {
      throw new InputException(
          json.where()
              + ": 'n_head' must divide 'n_embd', but "
              + heads
              + " does not divide "
              + hidden);
    }
    return new ModelConfig(
        Family.GPT2,
        json.positive("vocab_size"),
        hidden,
        json.positive("n_layer"),
        heads,
        heads,
        hidden / heads,
        json.positive("n_inner", 4 * hidden),
        json.positive("n_positions"),
        activation(json, "activation_function", Activation.GELU_NEW),
        json.number("layer_norm_epsilon", 1e-5),
        10_000,
        null,
        json.flag("tie_word_embeddings", true),
        true,
        true,
        null,
        tokens.bos(),
        tokens.eos(),
        tokens.pad(),
        json.number("initializer_range", 0.02),
        json.number("resid_pdrop", 0.1),
        dtype(json));
  }

  private static ModelConfig llamaLike(ConfigJson json, Family family, Tokens tokens) {
    int hidden = json.positive("hidden_size");
    int heads = json.positive("num_attention_heads");
    if (!json.has("head_dim") && hidden % heads != 0) {
      throw new InputException(
          json.where()
              + ": 'num_attention_heads' must divide 'hidden_size' where 'head_dim' is absent, but "
              + heads
              + " does not divide "
              + hidden);
    }
    // Only the first Llama left this key out, when every head had its own keys and values.
    int keyValueHeads =
        family == Family.LLAMA
            ? json.positive("num_key_value_heads", heads)
            : json.positive("num_key_value_heads");
    int layers = json.positive("num_hidden_layers");
    Rope rope = Rope.read(json);
    return new ModelConfig(
        family,
        json.positive("vocab_size"),
        hidden,
        layers,
        heads,
        keyValueHeads,
        json.positive("head_dim", hidden / heads),
        json.positive("intermediate_size"),
        json.positive("max_position_embeddings"),
        activation(json, "hidden_act", Activation.SILU),
        json.number("rms_norm_eps", 1e-6),
        rope.theta(),
        rope.scaling(),
        json.flag("tie_word_embeddings", false),
        family == Family.QWEN2 || (family == Family.LLAMA && json.flag("attention_bias", false)),
        family == Family.LLAMA && json.flag("mlp_bias", false),
        slidingWindow(json, family, layers),
        tokens.bos(),
        tokens.eos(),
        tokens.pad(),
        json.number("initializer_range", 0.02),
        0,
        dtype(json));
  }

  private record Rope(double theta, @Nullable RopeScaling scaling) {
    static Rope read(ConfigJson json) {
      Optional<ConfigJson> newer = json.object("rope_parameters");
      ConfigJson rope = newer.or(() -> json.object("rope_scaling")).orElse(null);
      double theta =
          newer
              .map(parameters -> parameters.number("rope_theta", 10_000))
              .orElse(json.number("rope_theta", 10_000));
      requireWhole(json);
      if (rope == null) {
        return new Rope(theta, null);
      }
      requireWhole(rope);
      String type = rope.text("rope_type").or(() -> rope.text("type")).orElse("");
      return switch (type) {
        case "default" -> new Rope(theta, null);
        case "llama3" ->
            new Rope(
                theta,
                new RopeScaling(
                    rope.number("factor"),
                    rope.number("low_freq_factor"),
                    rope.number("high_freq_factor"),
                    rope.positive("original_max_position_embeddings")));
        default ->
            throw new InputException(
                rope.where() + ": 'rope_type' must be default or llama3, was '" + type + "'");
      };
    }

    private static void requireWhole(ConfigJson json) {
      if (json.number("partial_rotary_factor", 1) != 1) {
        throw new InputException(
            json.where()
                + ": 'partial_rotary_factor' must be 1, was "
                + json.number("partial_rotary_factor", 1));
      }
    }
  }

  /** One window for all layers or none; models that mix the two are refused. */
  private static @Nullable Integer slidingWindow(ConfigJson json, Family family, int layers) {
    if (family == Family.LLAMA) {
      return null;
    }
    List<String> kinds = json.texts("layer_types").stream().distinct().toList();
    if (kinds.size() > 1) {
      throw mixed(json, "'layer_types' must be the same for every layer, was " + kinds);
    }
    if (family == Family.MISTRAL) {
      boolean absent = !json.node().has("sliding_window");
      return absent ? Integer.valueOf(4096) : nullablePositive(json, "sliding_window");
    }
    if (!json.flag("use_sliding_window", false) || kinds.contains("full_attention")) {
      return null;
    }
    int firstWindowed = json.wholeNumber("max_window_layers").orElse(28);
    if (kinds.isEmpty() && firstWindowed >= layers) {
      return null;
    }
    if (kinds.isEmpty() && firstWindowed > 0) {
      throw mixed(
          json, "'max_window_layers' must be 0 or at least " + layers + ", was " + firstWindowed);
    }
    return json.positive("sliding_window", 4096);
  }

  private static InputException mixed(ConfigJson json, String rule) {
    return new InputException(
        json.where() + ": " + rule + "; models that mix windowed and full layers cannot be read");
  }

  private static @Nullable Integer nullablePositive(ConfigJson json, String key) {
    return json.has(key) ? Integer.valueOf(json.positive(key)) : null;
  }

  private static Activation activation(ConfigJson json, String key, Activation byDefault) {
    return json.text(key).map(name -> Activation.ofName(name, json.where(), key)).orElse(byDefault);
  }

  private static Dtype dtype(ConfigJson json) {
    String key = json.has("dtype") ? "dtype" : "torch_dtype";
    String name = json.text(key).orElse("float32");
    return switch (name) {
      case "float32" -> Dtype.F32;
      case "float64" -> Dtype.F64;
      case "float16" -> Dtype.F16;
      case "bfloat16" -> Dtype.BF16;
      default ->
          throw new InputException(
              json.where()
                  + ": '"
                  + key
                  + "' must be one of float32, bfloat16, float16, float64, was '"
                  + name
                  + "'");
    };
  }

  private static void requireFlag(ConfigJson json, String key, boolean value) {
    if (json.flag(key, value) != value) {
      throw new InputException(
          json.where() + ": '" + key + "' must be " + value + "; the other way is not computed");
    }
  }
}
