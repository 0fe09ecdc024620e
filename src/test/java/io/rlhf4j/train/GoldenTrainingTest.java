package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.GoldenCase;
import io.rlhf4j.SharedFiles;
import io.rlhf4j.loss.Advantages;
import io.rlhf4j.loss.KlRewards;
import io.rlhf4j.loss.LmLoss;
import io.rlhf4j.loss.PpoLoss;
import io.rlhf4j.loss.PreferenceLoss;
import io.rlhf4j.loss.Whitening;
import io.rlhf4j.model.CompletionBatch;
import io.rlhf4j.model.Dropout;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole traces of training against PyTorch's: losses, gradient norms and weights over several
 * updates, with this project's forward pass, losses, clipping and Adam.
 */
class GoldenTrainingTest {
  private static final int PAD = 0;

  /** A training trace. */
  private record Trace(JsonNode json) {
    static Trace of(String file) throws IOException {
      Path path = SharedFiles.require("fixtures/training/" + file);
      return new Trace(new ObjectMapper().readTree(path.toFile()));
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
  }

  private static Transformer policy() {
    return ModelFolder.readLanguage(
        SharedFiles.require("fixtures/models/tiny-gpt2"), Precision.FLOAT32, true);
  }

  @Test
  void supervisedStepsFollowPyTorchs(@TempDir Path folder) throws IOException {
    Trace trace = Trace.of("sft.json");
    List<CompletionBatch> batches = new ArrayList<>();
    for (JsonNode rows : trace.json.get("batches")) {
      List<Sample> samples = new ArrayList<>();
      for (JsonNode row : rows) {
        int[] ids = ints(row.get("input_ids"));
        int[] labels = ints(row.get("labels"));
        int prompt = 0;
        while (labels[prompt] == LmLoss.IGNORED) {
          prompt++;
        }
        samples.add(sample(ids, prompt));
      }
      batches.add(CompletionBatch.of(samples, PAD));
    }
    JsonNode expected = trace.json.get("expected");
    try (Transformer model = policy();
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
    return LmLoss.mean(batch.logits(model.forward(batch.tokens())), batch.targetTensor());
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
    Trace trace = Trace.of("dpo.json");
    List<List<PairSample>> batches = new ArrayList<>();
    for (JsonNode rows : trace.json.get("batches")) {
      List<PairSample> pairs = new ArrayList<>();
      for (JsonNode row : rows) {
        pairs.add(
            new PairSample(
                ints(row.get("prompt")), ints(row.get("chosen")), ints(row.get("rejected"))));
      }
      batches.add(pairs);
    }
    JsonNode expected = trace.json.get("expected");
    PreferenceLoss objective = new PreferenceLoss.Sigmoid(trace.json.get("beta").asDouble(), 0);
    try (Transformer model = policy();
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
          preference(trace, model, batches.get(batch), objective, batch, step).backward();
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
      Trace trace,
      Transformer model,
      List<PairSample> pairs,
      PreferenceLoss objective,
      int batch,
      JsonNode expected) {
    JsonNode reference = trace.json.get("expected").get("reference_logprobs").get(batch);
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

  /** The fixed rollout of ppo.json as tensors [B, A]. */
  private record Episodes(
      CompletionBatch batch,
      Tensor mask,
      Tensor oldLogprobs,
      Tensor values,
      Tensor advantages,
      Tensor returns) {

    /** Takes rewards, advantages and returns from this project's mathematics, checked. */
    static Episodes of(Trace trace) {
      JsonNode rows = trace.json.get("rollout");
      List<Sample> samples = new ArrayList<>();
      double[] scores = new double[rows.size()];
      for (int i = 0; i < scores.length; i++) {
        samples.add(new Sample(ints(rows.get(i).get("prompt")), ints(rows.get(i).get("response"))));
        scores[i] = rows.get(i).get("score").asDouble();
      }
      CompletionBatch batch = CompletionBatch.of(samples, PAD);
      Tensor mask = batch.mask();
      Tensor old = grid(rows, "old_logprobs", batch.width());
      Tensor values = grid(rows, "values", batch.width());
      Tensor rewards =
          KlRewards.perToken(
                  old,
                  grid(rows, "ref_logprobs", batch.width()),
                  mask,
                  floats(scores),
                  trace.hyper("beta"))
              .rewards();
      checkGrid(rewards, rows, "rewards");
      Advantages.Gae gae =
          Advantages.gae(rewards, values, mask, trace.hyper("gamma"), trace.hyper("lambda"));
      checkGrid(gae.advantages(), rows, "advantages");
      checkGrid(gae.returns(), rows, "returns");
      Tensor white = Whitening.advantages(gae.advantages(), mask, Whitening.Variance.UNBIASED);
      checkGrid(white, rows, "whitened_advantages");
      return new Episodes(batch, mask, old, values, white, gae.returns());
    }

    private static Tensor grid(JsonNode rows, String field, int width) {
      float[] grid = new float[rows.size() * width];
      for (int row = 0; row < rows.size(); row++) {
        double[] numbers = GoldenCase.numbers(rows.get(row).get(field));
        for (int i = 0; i < numbers.length; i++) {
          grid[row * width + i] = (float) numbers[i];
        }
      }
      return Host.floats(grid, rows.size(), width);
    }

    private static void checkGrid(Tensor actual, JsonNode rows, String field) {
      double[] found = Host.doubles(actual);
      int width = (int) actual.size(1);
      for (int row = 0; row < rows.size(); row++) {
        double[] expected = GoldenCase.numbers(rows.get(row).get(field));
        assertThat(Arrays.copyOfRange(found, row * width, row * width + expected.length))
            .as(field + " of episode " + row)
            .containsExactly(expected, within(1e-5));
      }
    }

    PpoLoss.Policy policyLoss(Tensor logprobs, Trace trace) {
      return PpoLoss.policy(logprobs, oldLogprobs, advantages, mask, trace.hyper("clip"));
    }

    PpoLoss.Value valueLoss(Transformer.Pass pass, Trace trace) {
      return PpoLoss.value(batch.values(pass), values, returns, mask, trace.hyper("value_clip"));
    }
  }

  /** A copy of tiny-gpt2 with the file's value head. */
  private static Transformer valueModel(Trace trace) {
    Transformer model =
        ModelFolder.readScalar(
            SharedFiles.require("fixtures/models/tiny-gpt2"), Precision.FLOAT32, true);
    JsonNode head = trace.json.get("value_head");
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor weight = model.weights().get("score.weight");
      weight.copy_(floats(GoldenCase.numbers(head.get("weight"))).view(1, -1));
      model.weights().get("score.bias").fill_(new Scalar(head.get("bias").asDouble()));
    }
    return model;
  }

  // The file's head has one dimension and so no weight decay; here it is [1, C] and decays by
  // 1e-5 of itself per update, far below the tolerance.

  @ParameterizedTest
  @ValueSource(strings = {"separate", "separate_ptx"})
  void policyAndValueUpdatesFollowPyTorchs(String mode) throws IOException {
    Trace trace = Trace.of("ppo.json");
    List<int[]> texts = new ArrayList<>();
    trace.json.get("pretraining_sequences").forEach(row -> texts.add(ints(row)));
    double coefficient = mode.equals("separate_ptx") ? trace.hyper("ptx_coef") : 0;
    try (TensorScope scope = TensorScope.open();
        Transformer policy = policy();
        Transformer value = valueModel(trace);
        Updater policyUpdater = new Updater("policy", policy.weights(), trace.optimizer());
        Updater valueUpdater = new Updater("value", value.weights(), trace.optimizer())) {
      Episodes episodes = Episodes.of(trace);
      int tokens = texts.stream().mapToInt(row -> row.length - 1).sum();
      for (JsonNode update : trace.json.get("expected").get(mode)) {
        JsonNode before = update.get("before");
        PpoLoss.Policy policyLoss = checkPolicy(trace, episodes, policy, before);
        policyLoss.loss().backward();
        checkValue(trace, episodes, value, before).loss().backward();
        double ptx = 0;
        if (coefficient > 0) {
          for (int[] row : texts) { // of different lengths, so one by one
            ptx +=
                LanguageBatch.of(List.of(row)).backward(policy, tokens, coefficient, Dropout.NONE);
          }
        } else {
          ptx = pretrainingLoss(policy, texts);
        }
        assertThat(ptx / tokens)
            .isCloseTo(before.get("ptx_loss").asDouble(), within(trace.tolerance("loss_abs")));
        trace.checkNorm(trace.update(policyUpdater), update.get("policy_grad_norm"));
        trace.checkNorm(trace.update(valueUpdater), update.get("value_grad_norm"));
        JsonNode after = update.get("after");
        checkPolicy(trace, episodes, policy, after);
        checkValue(trace, episodes, value, after);
        assertThat(pretrainingLoss(policy, texts) / tokens)
            .isCloseTo(after.get("ptx_loss").asDouble(), within(trace.tolerance("loss_abs")));
      }
    }
  }

  @Test
  void oneNetworkWithBothHeadsFollowsPyTorchs() throws IOException {
    Trace trace = Trace.of("ppo.json");
    try (TensorScope scope = TensorScope.open();
        Transformer both = valueModel(trace);
        Updater updater = new Updater("policy and value", both.weights(), trace.optimizer())) {
      Episodes episodes = Episodes.of(trace);
      for (JsonNode update : trace.json.get("expected").get("shared")) {
        JsonNode before = update.get("before");
        Tensor policyLoss = checkPolicy(trace, episodes, both, before).loss();
        Tensor valueLoss = checkValue(trace, episodes, both, before).loss();
        // Both losses have a forward pass of their own: the sum of the gradients is the same.
        policyLoss.add(valueLoss.mul(new Scalar(trace.hyper("vf_coef")))).backward();
        trace.checkNorm(trace.update(updater), update.get("grad_norm"));
        checkPolicy(trace, episodes, both, update.get("after"));
        checkValue(trace, episodes, both, update.get("after"));
      }
    }
  }

  private static PpoLoss.Policy checkPolicy(
      Trace trace, Episodes episodes, Transformer model, JsonNode expected) {
    CompletionBatch batch = episodes.batch;
    Transformer.Pass pass = model.forward(batch.tokens());
    // A scalar model's language head is its embedding, which GPT-2 ties to the head anyway.
    Tensor logits =
        torch.linear(
            pass.rows(Host.longs(batch.predictors(), batch.predictors().length)),
            model.weights().get("tokens"));
    Tensor logprobs = batch.grid(LmLoss.tokenLogProbs(logits, batch.targetTensor()));
    PpoLoss.Policy loss = episodes.policyLoss(logprobs, trace);
    PpoLoss.PolicyStats stats = loss.stats();
    double close = trace.tolerance("loss_abs");
    double closeKl = trace.tolerance("approx_kl_abs");
    assertThat(loss.loss().item_double())
        .isCloseTo(expected.get("policy_loss").asDouble(), within(close));
    assertThat(stats.approxKlK1())
        .isCloseTo(expected.get("approx_kl_k1").asDouble(), within(closeKl));
    assertThat(stats.approxKl())
        .isCloseTo(expected.get("approx_kl_k2").asDouble(), within(closeKl));
    assertThat(stats.approxKlK3())
        .isCloseTo(expected.get("approx_kl_k3").asDouble(), within(closeKl));
    // Shares of 20 tokens: a single one more would be 0.05.
    assertThat(stats.clipFraction())
        .isCloseTo(expected.get("clip_fraction").asDouble(), within(1e-6));
    assertThat(stats.ratioMean()).isCloseTo(expected.get("mean_ratio").asDouble(), within(close));
    assertThat(LmLoss.entropy(logits).mean().item_double())
        .isCloseTo(expected.get("entropy").asDouble(), within(close));
    return loss;
  }

  private static PpoLoss.Value checkValue(
      Trace trace, Episodes episodes, Transformer model, JsonNode expected) {
    PpoLoss.Value loss = episodes.valueLoss(model.forward(episodes.batch.tokens()), trace);
    assertThat(loss.loss().item_double())
        .isCloseTo(expected.get("value_loss").asDouble(), within(trace.tolerance("loss_abs")));
    return loss;
  }

  private static double pretrainingLoss(Transformer model, List<int[]> texts) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return texts.stream().mapToDouble(row -> LanguageBatch.of(List.of(row)).loss(model)).sum();
    }
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

  private static int[] ints(JsonNode array) {
    return Arrays.stream(GoldenCase.numbers(array)).mapToInt(x -> (int) x).toArray();
  }
}
