package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.GoldenCase;
import io.rlhf4j.SharedFiles;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Transformer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** A trace of training that PyTorch left. */
record GoldenTrace(JsonNode json) {
  static GoldenTrace of(String file) throws IOException {
    Path path = SharedFiles.require("fixtures/training/" + file);
    return new GoldenTrace(new ObjectMapper().readTree(path.toFile()));
  }

  double tolerance(String of) {
    return json.get("tolerance").get(of).asDouble();
  }

  double hyper(String name) {
    return json.get("hyperparameters").get(name).asDouble();
  }

  OptimizerConfig optimizer() {
    JsonNode o = json.get("optimizer");
    return new OptimizerConfig(
        o.get("lr").asDouble(),
        o.get("beta1").asDouble(),
        o.get("beta2").asDouble(),
        o.get("eps").asDouble(),
        AdamW.EpsilonForm.PYTORCH,
        o.get("weight_decay").asDouble(),
        o.get("clip").asDouble());
  }

  double update(Updater updater) {
    return updater.update(optimizer().learningRate());
  }

  void checkNorm(double norm, JsonNode expected) {
    double relative = tolerance("grad_norm_relative");
    assertThat(norm).isCloseTo(expected.asDouble(), within(relative * expected.asDouble()));
  }

  /** The model as it is before the first update. */
  static Transformer policy() {
    return ModelFolder.readLanguage(
        SharedFiles.require("fixtures/models/tiny-gpt2"), Precision.FLOAT32, true);
  }

  static int[] ints(JsonNode array) {
    return Arrays.stream(GoldenCase.numbers(array)).mapToInt(x -> (int) x).toArray();
  }
}
