package io.rlhf4j.model;

import io.rlhf4j.data.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The nonlinearity inside the MLP. The first name of each is the one written to config.json. */
public enum Activation {
  /** GELU by the tanh formula, as in GPT-2. */
  GELU_NEW("gelu_new", "gelu_pytorch_tanh", "gelu_fast"),
  /** GELU by the error function. */
  GELU("gelu"),
  RELU("relu"),
  /** x sigmoid(x), also called swish. */
  SILU("silu", "swish");

  private final List<String> names;

  Activation(String... names) {
    this.names = List.of(names);
  }

  /** As written to config.json. */
  public String configName() {
    return names.get(0);
  }

  /** Of every element. */
  Tensor of(Tensor x) {
    return switch (this) {
      case GELU_NEW -> torch.gelu(x, "tanh");
      case GELU -> torch.gelu(x);
      case RELU -> torch.relu(x);
      case SILU -> torch.silu(x);
    };
  }

  static Activation ofName(String name, String where, String key) {
    for (Activation activation : values()) {
      if (activation.names.contains(name)) {
        return activation;
      }
    }
    String known =
        Arrays.stream(values())
            .flatMap(activation -> activation.names.stream())
            .collect(Collectors.joining(", "));
    throw new InputException(
        where + ": " + key + " must be one of " + known + ", was '" + name + "'");
  }
}
