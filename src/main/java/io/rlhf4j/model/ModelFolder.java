package io.rlhf4j.model;

import io.rlhf4j.data.InputException;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * A model as a Hugging Face folder: config.json, model.safetensors (or shards), and whatever the
 * tokenizer adds. What is written here, transformers reads, and the other way round.
 */
public final class ModelFolder {
  private ModelFolder() {}

  /** Reads a language model. */
  public static Transformer readLanguage(Path folder, Precision precision, boolean trainable) {
    return read(folder, Heads.LANGUAGE, precision, trainable);
  }

  /** Reads a model with a scalar head alone; see {@link #read}. */
  public static Transformer readScalar(Path folder, Precision precision, boolean trainable) {
    return read(folder, Heads.SCALAR, precision, trainable);
  }

  /**
   * Reads a model with the heads asked for. A folder without a scalar head (a language model's)
   * gives one of zeros; the caller then draws it.
   */
  public static Transformer read(Path folder, Heads heads, Precision precision, boolean trainable) {
    ModelConfig config = ModelConfigReader.read(folder);
    Transformer model = Transformer.empty(config, heads, precision, trainable);
    read(folder, model);
    return model;
  }

  /** Whether the folder's checkpoint has a scalar head. */
  public static boolean hasScalarHead(Path folder) {
    try (SafetensorsReader reader = SafetensorsReader.open(folder)) {
      return reader.names().contains("score.weight");
    }
  }

  private static void read(Path folder, Transformer model) {
    try (SafetensorsReader reader = SafetensorsReader.open(folder);
        TensorScope scope = TensorScope.withoutGradients()) {
      Set<String> names = reader.names();
      for (WeightLayout.Placement place : WeightLayout.of(model.config(), model.heads())) {
        String name = find(names, place.file());
        if (name == null) {
          if (place.parameter().startsWith("score.")) {
            continue;
          }
          throw new InputException(
              folder
                  + ": the checkpoint has no tensor '"
                  + place.file()
                  + "', which a "
                  + model.config().family().modelType()
                  + " model of config.json's shape needs");
        }
        Tensor target = target(model.weights(), place);
        Tensor laid = place.transposed() ? target.t() : target;
        long[] stored = reader.shape(name);
        if (!Arrays.equals(stored, Shape.of(laid))) {
          throw new InputException(
              folder
                  + ": tensor '"
                  + name
                  + "' has shape "
                  + Arrays.toString(stored)
                  + " where config.json asks for "
                  + Arrays.toString(Shape.of(laid)));
        }
        reader.readInto(name, laid);
      }
    }
  }

  /** The name as written, or without the prefix that older uploads leave out. */
  private static @org.jspecify.annotations.Nullable String find(Set<String> names, String name) {
    if (names.contains(name)) {
      return name;
    }
    for (String prefix : List.of("transformer.", "model.")) {
      if (name.startsWith(prefix) && names.contains(name.substring(prefix.length()))) {
        return name.substring(prefix.length());
      }
    }
    return null;
  }

  private static Tensor target(Weights weights, WeightLayout.Placement place) {
    return weights.get(place.parameter()).detach().narrow(0, place.firstRow(), place.rows());
  }

  /**
   * Writes config.json, generation_config.json and model.safetensors (float32). An adapter is
   * merged into what is written, not into the model.
   */
  public static void write(Path folder, Transformer model) {
    Adapter adapter = model.adapter();
    try (TensorScope scope = TensorScope.withoutGradients()) {
      List<NamedTensor> tensors = new ArrayList<>();
      for (WeightLayout.Placement place : WeightLayout.of(model.config(), model.heads())) {
        try (TensorScope one = TensorScope.open()) {
          Tensor own = target(model.weights(), place);
          Tensor source = adapter == null ? own : adapter.adapted(place, own);
          Tensor laid = place.transposed() ? source.t() : source;
          tensors.add(new NamedTensor(place.file(), one.keep(laid.contiguous())));
        }
      }
      SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
      ModelConfigWriter.write(folder, model.config(), model.heads().scalar());
    }
  }
}
