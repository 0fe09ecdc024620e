package io.rlhf4j.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Where each weight of a Hugging Face checkpoint goes in {@link Weights}, family by family. Reading
 * and writing walk the same list. Matrices that are one here (query, key and value; gate and up)
 * are rows of one parameter.
 */
final class WeightLayout {
  /**
   * @param file the tensor's name in the checkpoint
   * @param parameter the parameter here
   * @param firstRow where its rows begin in the parameter
   * @param rows how many rows of the parameter it fills
   * @param transposed whether the file holds it as [in, out] (GPT-2's Conv1D)
   */
  record Placement(String file, String parameter, long firstRow, long rows, boolean transposed) {}

  private final ModelConfig config;
  private final List<Placement> placements = new ArrayList<>();

  private WeightLayout(ModelConfig config) {
    this.config = config;
  }

  /** The placements of a model's body and of the heads it has. */
  static List<Placement> of(ModelConfig config, Heads heads) {
    WeightLayout layout = new WeightLayout(config);
    if (config.family() == Family.GPT2) {
      layout.gpt2();
    } else {
      layout.llama();
    }
    if (heads.scalar()) {
      layout.whole("score.weight", "score.weight", 1, false);
      layout.whole("score.bias", "score.bias", 1, false);
    }
    if (heads.language() && !config.tieWordEmbeddings()) {
      layout.whole("lm_head.weight", "head.weight", config.vocabularySize(), false);
    }
    return layout.placements;
  }

  private void gpt2() {
    long c = config.hiddenSize();
    long f = config.intermediateSize();
    String body = "transformer.";
    whole(body + "wte.weight", "tokens", config.vocabularySize(), false);
    whole(body + "wpe.weight", "positions", config.maxPositions(), false);
    for (int i = 0; i < config.layers(); i++) {
      String from = body + "h." + i + ".";
      String to = "layers." + i + ".";
      pair(from + "ln_1", to + "norm1", c, false);
      pair(from + "attn.c_attn", to + "qkv", 3 * c, true);
      pair(from + "attn.c_proj", to + "out", c, true);
      pair(from + "ln_2", to + "norm2", c, false);
      pair(from + "mlp.c_fc", to + "up", f, true);
      pair(from + "mlp.c_proj", to + "down", c, true);
    }
    pair(body + "ln_f", "norm", c, false);
  }

  private void llama() {
    long c = config.hiddenSize();
    long f = config.intermediateSize();
    long query = (long) config.heads() * config.headDim();
    long key = (long) config.keyValueHeads() * config.headDim();
    whole("model.embed_tokens.weight", "tokens", config.vocabularySize(), false);
    for (int i = 0; i < config.layers(); i++) {
      String from = "model.layers." + i + ".";
      String to = "layers." + i + ".";
      whole(from + "input_layernorm.weight", to + "norm1.weight", c, false);
      rows(from + "self_attn.q_proj", to + "qkv", 0, query, config.attentionBias());
      rows(from + "self_attn.k_proj", to + "qkv", query, key, config.attentionBias());
      rows(from + "self_attn.v_proj", to + "qkv", query + key, key, config.attentionBias());
      rows(from + "self_attn.o_proj", to + "out", 0, c, config.attentionOutputBias());
      whole(from + "post_attention_layernorm.weight", to + "norm2.weight", c, false);
      rows(from + "mlp.gate_proj", to + "up", 0, f, config.mlpBias());
      rows(from + "mlp.up_proj", to + "up", f, f, config.mlpBias());
      rows(from + "mlp.down_proj", to + "down", 0, c, config.mlpBias());
    }
    whole("model.norm.weight", "norm.weight", c, false);
  }

  private void whole(String file, String parameter, long rows, boolean transposed) {
    placements.add(new Placement(file, parameter, 0, rows, transposed));
  }

  private void pair(String file, String parameter, long rows, boolean transposed) {
    whole(file + ".weight", parameter + ".weight", rows, transposed);
    whole(file + ".bias", parameter + ".bias", rows, false);
  }

  private void rows(String file, String parameter, long first, long rows, boolean bias) {
    placements.add(new Placement(file + ".weight", parameter + ".weight", first, rows, false));
    if (bias) {
      placements.add(new Placement(file + ".bias", parameter + ".bias", first, rows, false));
    }
  }
}
