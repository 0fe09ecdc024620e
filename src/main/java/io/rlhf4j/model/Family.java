package io.rlhf4j.model;

import io.rlhf4j.data.InputException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The transformer families whose checkpoints can be read and written. */
public enum Family {
  /** Learned positions, LayerNorm, biases everywhere, Conv1D (transposed) weights on disk. */
  GPT2("gpt2", "GPT2"),
  /** Rotary positions, RMSNorm, gated MLP, grouped-query attention. */
  LLAMA("llama", "Llama"),
  /** Llama with a sliding attention window. */
  MISTRAL("mistral", "Mistral"),
  /** Llama with biases on query, key and value only. */
  QWEN2("qwen2", "Qwen2");

  private final String modelType;
  private final String classPrefix;

  Family(String modelType, String classPrefix) {
    this.modelType = modelType;
    this.classPrefix = classPrefix;
  }

  /** As in config.json's {@code model_type}. */
  public String modelType() {
    return modelType;
  }

  /** What the family's class names in transformers begin with, e.g. "Llama". */
  public String classPrefix() {
    return classPrefix;
  }

  /** The family that config.json calls {@code modelType}. */
  static Family ofModelType(String modelType, String where) {
    for (Family family : values()) {
      if (family.modelType.equals(modelType)) {
        return family;
      }
    }
    String known = Arrays.stream(values()).map(Family::modelType).collect(Collectors.joining(", "));
    throw new InputException(
        where + ": model_type must be one of " + known + ", was '" + modelType + "'");
  }
}
