package io.rlhf4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.GoldenCase;
import io.rlhf4j.SharedFiles;
import io.rlhf4j.loss.LmLoss;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import io.rlhf4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that transformers found with the same folders, in float32. */
class GoldenModelTest {
  private static final int PAD = 0;

  /** A folder's model beside the numbers expected of it. */
  private record Golden(Transformer model, JsonNode numbers) implements AutoCloseable {
    static Golden of(String folder, boolean trainable) throws IOException {
      Path path = SharedFiles.require(folder);
      return new Golden(
          ModelFolder.readLanguage(path, Precision.FLOAT32, trainable),
          new ObjectMapper().readTree(path.resolve("golden.json").toFile()));
    }

    double tolerance(String of) {
      return numbers.get("tolerance").get(of).asDouble();
    }

    @Override
    public void close() {
      model.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiny-gpt2",
        "tiny-gpt2-hubstyle",
        "tiny-llama",
        "tiny-llama-sharded",
        "tiny-llama-bf16",
        "tiny-llama-tied",
        "tiny-llama3-rope",
        "tiny-qwen2",
        "tiny-mistral"
      })
  void aTinyModelSaysAndLearnsWhatTransformersSaysAndLearns(String folder) throws IOException {
    try (Golden golden = Golden.of("fixtures/models/" + folder, true)) {
      assertThat(golden.model.parameterCount())
          .isEqualTo(golden.numbers.get("parameter_count").asLong());
      List<int[]> inputs = new ArrayList<>();
      for (JsonNode single : golden.numbers.get("cases")) {
        int[] ids = ints(single.get("input_ids"));
        inputs.add(ids);
        checkLogits(golden, single, ids);
        assertThat(greedy(golden.model, List.of(ids), 20).get(0))
            .isEqualTo(ints(single.get("greedy_20")));
      }
      for (JsonNode batch : golden.numbers.get("batches")) {
        checkBatch(golden, batch, inputs);
      }
      checkLossAndGradients(golden, inputs);
    }
  }

  private static void checkLogits(Golden golden, JsonNode single, int[] ids) {
    double close = golden.tolerance("logits_abs");
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor logits =
          golden.model.forward(TokenBatch.rightPadded(List.of(ids), PAD)).logits().select(0, 0);
      assertClose("last", logits.select(0, ids.length - 1L), single.get("last_logits"), close);
      for (JsonNode at : single.path("logits_at")) {
        long position = at.get("position").asLong();
        assertClose("at " + position, logits.select(0, position), at.get("logits"), close);
      }
      if (!single.has("scored_ids")) {
        assertClose(
            "log-probabilities",
            nextTokenLogprobs(logits, ids),
            single.get("next_token_logprobs"),
            golden.tolerance("logprob_abs"));
      }
    }
  }

  private static void checkBatch(Golden golden, JsonNode expected, List<int[]> inputs) {
    boolean left = expected.get("padding_side").asText().equals("left");
    TokenBatch batch =
        left ? TokenBatch.leftPadded(inputs, PAD) : TokenBatch.rightPadded(inputs, PAD);
    assertThat(batch.ids()).isEqualTo(ints(expected.get("input_ids")));
    assertThat(batch.segments()).isEqualTo(ints(expected.get("attention_mask")));
    assertThat(batch.positions()).isEqualTo(ints(expected.get("position_ids")));
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor logits = golden.model.forward(batch).logits();
      for (int row = 0; row < inputs.size(); row++) {
        int length = inputs.get(row).length;
        long first = left ? batch.length() - length : 0;
        Tensor real = logits.select(0, row).narrow(0, first, length);
        String place = (left ? "left" : "right") + "-padded row " + row;
        assertClose(
            place,
            real.select(0, length - 1L),
            expected.get("last_real_logits").get(row),
            golden.tolerance("logits_abs"));
        assertClose(
            place,
            nextTokenLogprobs(real, inputs.get(row)),
            expected.get("next_token_logprobs").get(row),
            golden.tolerance("logprob_abs"));
      }
    }
    if (left) {
      List<int[]> written = greedy(golden.model, inputs, 20);
      for (int row = 0; row < inputs.size(); row++) {
        assertThat(written.get(row)).isEqualTo(ints(expected.get("greedy_20").get(row)));
      }
    }
  }

  private static void checkLossAndGradients(Golden golden, List<int[]> inputs) {
    List<Sample> samples =
        inputs.stream()
            .map(ids -> new Sample(Arrays.copyOf(ids, 1), Arrays.copyOfRange(ids, 1, ids.length)))
            .toList();
    Weights weights = golden.model.weights();
    try (TensorScope scope = TensorScope.open()) {
      CompletionBatch batch = CompletionBatch.of(samples, PAD);
      Tensor loss =
          LmLoss.mean(
              golden.model.forward(batch.tokens()).logitsAt(batch.predictors()),
              batch.targetTensor());
      loss.backward();
      JsonNode expected = golden.numbers;
      assertThat(batch.completionTokens())
          .isEqualTo(expected.get("loss").get("predicted_tokens").asInt());
      assertThat(loss.item_double())
          .isCloseTo(
              expected.get("loss").get("value").asDouble(), within(golden.tolerance("loss_abs")));
      double relative = golden.tolerance("grad_norm_relative");
      Map<String, double[]> gradients = gradientsByFileName(golden.model.config(), weights);
      TreeSet<String> names = new TreeSet<>();
      expected.get("grad_norms").fieldNames().forEachRemaining(names::add);
      assertThat(gradients.keySet()).isEqualTo(names);
      gradients.forEach(
          (name, gradient) -> {
            double norm = expected.get("grad_norms").get(name).asDouble();
            assertThat(norm(gradient)).as(name).isCloseTo(norm, within(relative * norm));
            assertThat(Arrays.copyOf(gradient, 4))
                .as(name)
                .containsExactly(
                    GoldenCase.numbers(expected.get("grad_first4").get(name)),
                    within(relative * norm));
          });
      double total = expected.get("grad_total_norm").asDouble();
      assertThat(norm(Host.doubles(weights.gradient()))).isCloseTo(total, within(relative * total));
    }
  }

  /** Every gradient as the checkpoint would hold it: unfused, and transposed for GPT-2. */
  private static Map<String, double[]> gradientsByFileName(ModelConfig config, Weights weights) {
    Map<String, double[]> found = new TreeMap<>();
    for (WeightLayout.Placement place : WeightLayout.of(config, Heads.LANGUAGE)) {
      Weights.Entry entry =
          weights.entries().stream()
              .filter(e -> e.name().equals(place.parameter()))
              .findFirst()
              .orElseThrow();
      Tensor rows =
          weights
              .gradient()
              .narrow(0, entry.offset(), entry.size())
              .view(entry.shape())
              .narrow(0, place.firstRow(), place.rows());
      found.put(place.file(), Host.doubles(place.transposed() ? rows.t() : rows));
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(strings = {"craftgpt-5m", "stories260K"})
  void aTrainedModelWritesWhatTransformersWrites(String folder) throws IOException {
    try (Golden golden = Golden.of("models/" + folder, false)) {
      for (JsonNode single : golden.numbers.get("cases")) {
        int[] prompt = ints(single.get("input_ids"));
        checkLogits(golden, single, prompt);
        assertThat(greedy(golden.model, List.of(prompt), 30).get(0))
            .isEqualTo(ints(single.get("greedy")));
        int[] scored = ints(single.get("scored_ids"));
        try (TensorScope scope = TensorScope.withoutGradients()) {
          Tensor logits =
              golden.model.forward(TokenBatch.rightPadded(List.of(scored), PAD)).logits();
          assertClose(
              "log-probabilities",
              nextTokenLogprobs(logits.select(0, 0), scored),
              single.get("next_token_logprobs"),
              golden.tolerance("logprob_abs"));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"craftgpt-5m, reply_text", "stories260K, text"})
  void aTrainedModelsGreedyTextIsTheReferences(String folder, String field) throws IOException {
    Path path = SharedFiles.require("models/" + folder);
    JsonNode reference = new ObjectMapper().readTree(path.resolve("reference.json").toFile());
    try (Golden golden = Golden.of("models/" + folder, false);
        Tokenizer tokenizer = Tokenizer.load(path)) {
      boolean reply = field.equals("reply_text"); // else prompt and continuation in one
      for (JsonNode single : reference.get("cases")) {
        int[] prompt = ints(single.get("input_ids"));
        Generation written =
            new Generator(golden.model, 1)
                .generate(
                    List.of(prompt),
                    Sampling.greedy(30),
                    new long[] {0},
                    reply ? tokenizer.eosIds() : new int[0])
                .get(0);
        int[] shown = reply ? written.tokens() : new Sample(prompt, written.tokens()).joined();
        assertThat(tokenizer.decode(shown).strip()).isEqualTo(single.get(field).asText().strip());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"GPT2, false", "GPT2, true", "LLAMA, false", "LLAMA, true"})
  void aWrittenModelComesBackBitForBit(Family family, boolean scalar, @TempDir Path folder) {
    ModelConfig config =
        family == Family.GPT2
            ? ModelConfig.gpt2(50, 32, 2, 4, 64)
            : ModelConfig.llama(50, 32, 2, 4, 2, 48, 64);
    config = config.withTokens(1, List.of(2), 0);
    try (Transformer model =
        scalar
            ? Transformer.scalar(config, Precision.FLOAT32, false)
            : Transformer.language(config, Precision.FLOAT32, false)) {
      Initialization.gpt2(model, 3);
      try (TensorScope scope = TensorScope.withoutGradients()) {
        // Biases and gains away from 0 and 1, so that one that is lost shows.
        for (Weights.Entry entry : model.weights().entries()) {
          model.weights().get(entry.name()).mul_(new Scalar(3.0)).add_(new Scalar(0.01));
        }
      }
      ModelFolder.write(folder, model);
      assertThat(ModelFolder.hasScalarHead(folder)).isEqualTo(scalar);
      try (Transformer back =
          scalar
              ? ModelFolder.readScalar(folder, Precision.FLOAT32, false)
              : ModelFolder.readLanguage(folder, Precision.FLOAT32, false)) {
        assertThat(output(back)).isEqualTo(output(model));
      }
    }
  }

  @Test
  void theBodyOfALanguageModelServesAScalarModel(@TempDir Path folder) {
    ModelConfig config = ModelConfig.llama(50, 32, 2, 4, 2, 48, 64);
    try (Transformer model = Transformer.fresh(config, Precision.FLOAT32, 3)) {
      ModelFolder.write(folder, model);
      try (Transformer scalar = ModelFolder.readScalar(folder, Precision.FLOAT32, false);
          TensorScope scope = TensorScope.withoutGradients()) {
        TokenBatch batch = TokenBatch.rightPadded(List.of(new int[] {1, 2, 3}), PAD);
        assertThat(Host.floats(scalar.forward(batch).hidden()))
            .isEqualTo(Host.floats(model.forward(batch).hidden()));
        assertThat(Host.floats(scalar.forward(batch).scores())).containsOnly(0);
      }
    }
  }

  private static float[] output(Transformer model) {
    TokenBatch batch = TokenBatch.rightPadded(List.of(new int[] {4, 9, 1, 33}), PAD);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Pass pass = model.forward(batch);
      return Host.floats(model.heads().scalar() ? pass.scores() : pass.logits());
    }
  }

  /** log p(ids[j + 1] | ids[0..j]) from logits [T, V]. */
  private static Tensor nextTokenLogprobs(Tensor logits, int[] ids) {
    int[] next = Arrays.copyOfRange(ids, 1, ids.length);
    return LmLoss.tokenLogProbs(logits.narrow(0, 0, next.length), Host.longs(next, next.length));
  }

  private static List<int[]> greedy(Transformer model, List<int[]> prompts, int tokens) {
    return new Generator(model, prompts.size())
        .generate(prompts, Sampling.greedy(tokens), new long[prompts.size()], new int[0]).stream()
            .map(Generation::tokens)
            .toList();
  }

  private static void assertClose(String what, Tensor actual, JsonNode expected, double tolerance) {
    assertThat(Host.doubles(actual))
        .as(what)
        .containsExactly(GoldenCase.numbers(expected), within(tolerance));
  }

  private static double norm(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(x -> x * x).sum());
  }

  private static int[] ints(JsonNode array) {
    return Arrays.stream(GoldenCase.numbers(array)).mapToInt(x -> (int) x).toArray();
  }
}
