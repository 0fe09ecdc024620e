package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.GoldenCase;
import io.rlhf4j.loss.LmLoss;
import io.rlhf4j.loss.PreferenceLoss;
import io.rlhf4j.model.CompletionBatch;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.SafetensorsReader;
import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole traces of training against PyTorch's: losses, gradient norms and weights over several
 * updates, with this project's forward pass, losses, clipping and Adam.
 */
class GoldenTrainingTest {
  private static final int PAD = 0;

  @Test
  void supervisedStepsFollowPyTorchs(@TempDir Path folder) throws IOException {
    GoldenTrace trace = GoldenTrace.of("sft.json");
    List<CompletionBatch> batches = new ArrayList<>();
    for (JsonNode rows : trace.json().get("batches")) {
      List<Sample> samples = new ArrayList<>();
      for (JsonNode row : rows) {
        int[] ids = GoldenTrace.ints(row.get("input_ids"));
        int[] labels = GoldenTrace.ints(row.get("labels"));
        int prompt = 0;
        while (labels[prompt] == LmLoss.IGNORED) {
          prompt++;
        }
        samples.add(sample(ids, prompt));
      }
      batches.add(CompletionBatch.of(samples, PAD));
    }
    JsonNode expected = trace.json().get("expected");
    try (Transformer model = GoldenTrace.policy();
        Updater updater = new Updater("policy", model.weights(), trace.optimizer())) {
      for (JsonNode step : expected.get("steps")) {
        CompletionBatch batch = batches.get(step.get("step").asInt() - 1);
        try (TensorScope scope = TensorScope.open()) {
          Tensor loss = languageLoss(model, batch);
          loss.backward();
          assertThat(loss.item_double())
              .isCloseTo(step.get("loss").asDouble(), within(trace.tolerance("loss_abs")));
        }
        trace.checkNorm(trace.update(updater), step.get("grad_norm"));
      }
      try (TensorScope scope = TensorScope.withoutGradients()) {
        for (int i = 0; i < batches.size(); i++) {
          assertThat(languageLoss(model, batches.get(i)).item_double())
              .isCloseTo(
                  expected.get("loss_after").get(i).asDouble(),
                  within(trace.tolerance("loss_abs")));
        }
      }
      checkWeights(
          model,
          expected.get("parameters_after"),
          folder,
          trace.tolerance("parameter_norm_relative"));
    }
  }

  private static Tensor languageLoss(Transformer model, CompletionBatch batch) {
    return batch
        .lmLoss(model.forward(batch.tokens()))
        .div(new Scalar((double) batch.completionTokens()));
  }

  /**
   * Compares weights under their names in a checkpoint. Not the norm of the query-key-value biases:
   * a key bias has no gradient in exact arithmetic, and Adam turns the noise in it into steps.
   */
  private static void checkWeights(
      Transformer model, JsonNode expected, Path folder, double relative) {
    ModelFolder.write(folder, model);
    try (SafetensorsReader reader = SafetensorsReader.open(folder);
        TensorScope scope = TensorScope.withoutGradients()) {
      for (String name : reader.names()) {
        double[] values = Host.doubles(reader.read(name));
        double norm = expected.get("norms").get(name).asDouble();
        if (!name.endsWith("c_attn.bias")) {
          assertThat(norm(values)).as(name).isCloseTo(norm, within(relative * norm));
        }
        // The first elements of the joint bias belong to queries.
        assertThat(Arrays.copyOf(values, 4))
            .as(name)
            .containsExactly(
                GoldenCase.numbers(expected.get("first4").get(name)), within(FIRST_ELEMENTS));
      }
    }
  }

  /** A tenth of one Adam step at the rate 1e-3. */
  private static final double FIRST_ELEMENTS = 1e-4;

  @Test
  void preferenceStepsFollowPyTorchs(@TempDir Path folder) throws IOException {
    GoldenTrace trace = GoldenTrace.of("dpo.json");
    List<List<PairSample>> batches = new ArrayList<>();
    for (JsonNode rows : trace.json().get("batches")) {
      List<PairSample> pairs = new ArrayList<>();
      for (JsonNode row : rows) {
        pairs.add(
            new PairSample(
                GoldenTrace.ints(row.get("prompt")),
                GoldenTrace.ints(row.get("chosen")),
                GoldenTrace.ints(row.get("rejected"))));
      }
      batches.add(pairs);
    }
    JsonNode expected = trace.json().get("expected");
    PreferenceLoss objective = new PreferenceLoss.Sigmoid(trace.json().get("beta").asDouble(), 0);
    try (Transformer model = GoldenTrace.policy();
        Updater updater = new Updater("policy", model.weights(), trace.optimizer())) {
      try (TensorScope scope = TensorScope.withoutGradients()) {
        for (int i = 0; i < batches.size(); i++) {
          JsonNode reference = expected.get("reference_logprobs").get(i);
          double close = trace.tolerance("logprob_abs");
          assertClose(logprobs(model, batches.get(i), true), reference.get("chosen"), close);
          assertClose(logprobs(model, batches.get(i), false), reference.get("rejected"), close);
        }
      }
      for (JsonNode step : expected.get("steps")) {
        try (TensorScope scope = TensorScope.open()) {
          int batch = step.get("batch").asInt();
          model.backward(preference(trace, model, batches.get(batch), objective, batch, step));
        }
        trace.checkNorm(trace.update(updater), step.get("grad_norm"));
      }
      try (TensorScope scope = TensorScope.withoutGradients()) {
        JsonNode after = expected.get("after");
        preference(trace, model, batches.get(0), objective, 0, after);
      }
      checkWeights(model, expected.get("parameters_after"), folder, 1e-3);
    }
  }

  private static Tensor preference(
      GoldenTrace trace,
      Transformer model,
      List<PairSample> pairs,
      PreferenceLoss objective,
      int batch,
      JsonNode expected) {
    JsonNode reference = trace.json().get("expected").get("reference_logprobs").get(batch);
    Tensor chosen = logprobs(model, pairs, true);
    Tensor rejected = logprobs(model, pairs, false);
    PreferenceLoss.Result outcome =
        objective.of(
            chosen,
            rejected,
            floats(GoldenCase.numbers(reference.get("chosen"))),
            floats(GoldenCase.numbers(reference.get("rejected"))));
    assertThat(outcome.loss().item_double())
        .isCloseTo(expected.get("loss").asDouble(), within(trace.tolerance("loss_abs")));
    double close = trace.tolerance("reward_abs");
    assertClose(outcome.chosenRewards(), expected.get("chosen_rewards"), close);
    assertClose(outcome.rejectedRewards(), expected.get("rejected_rewards"), close);
    close = trace.tolerance("logprob_abs");
    assertClose(chosen, expected.get("policy_chosen"), close);
    assertClose(rejected, expected.get("policy_rejected"), close);
    return outcome.loss();
  }

  private static Tensor logprobs(Transformer model, List<PairSample> pairs, boolean chosen) {
    List<Sample> samples =
        pairs.stream()
            .map(pair -> new Sample(pair.prompt(), chosen ? pair.chosen() : pair.rejected()))
            .toList();
    CompletionBatch batch = CompletionBatch.of(samples, PAD);
    return batch.sequenceLogprobs(model.forward(batch.tokens()));
  }

  private static void assertClose(Tensor actual, JsonNode expected, double tolerance) {
    assertThat(Host.doubles(actual))
        .containsExactly(GoldenCase.numbers(expected), within(tolerance));
  }

  private static Sample sample(int[] ids, int prompt) {
    return new Sample(Arrays.copyOf(ids, prompt), Arrays.copyOfRange(ids, prompt, ids.length));
  }

  private static Tensor floats(double[] values) {
    return Host.doubles(values, values.length).to(torch.ScalarType.Float);
  }

  private static double norm(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(x -> x * x).sum());
  }
}
