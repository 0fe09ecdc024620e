package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.GoldenCase;
import io.rlhf4j.SharedFiles;
import io.rlhf4j.loss.Advantages;
import io.rlhf4j.loss.KlRewards;
import io.rlhf4j.loss.LmLoss;
import io.rlhf4j.loss.PpoLoss;
import io.rlhf4j.loss.Whitening;
import io.rlhf4j.model.CompletionBatch;
import io.rlhf4j.model.Dropout;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Pass;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates of policy and value against PyTorch's: losses, gradient norms, divergences, shares. */
class GoldenPpoTest {
  private static final int PAD = 0;

  /** The fixed rollout of ppo.json as tensors [B, A]. */
  private record Episodes(
      CompletionBatch batch,
      Tensor mask,
      Tensor oldLogprobs,
      Tensor values,
      Tensor advantages,
      Tensor returns) {

    /** Takes rewards, advantages and returns from this project's mathematics, checked. */
    static Episodes of(GoldenTrace trace) {
      JsonNode rows = trace.json().get("rollout");
      List<Sample> samples = new ArrayList<>();
      double[] scores = new double[rows.size()];
      for (int i = 0; i < scores.length; i++) {
        samples.add(
            new Sample(
                GoldenTrace.ints(rows.get(i).get("prompt")),
                GoldenTrace.ints(rows.get(i).get("response"))));
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

    PpoLoss.Policy policyLoss(Tensor logprobs, GoldenTrace trace) {
      return PpoLoss.policy(logprobs, oldLogprobs, advantages, mask, trace.hyper("clip"));
    }

    PpoLoss.Value valueLoss(Pass pass, GoldenTrace trace) {
      return PpoLoss.value(batch.values(pass), values, returns, mask, trace.hyper("value_clip"));
    }
  }

  /** A copy of tiny-gpt2 with the file's value head. */
  private static Transformer valueModel(GoldenTrace trace) {
    Transformer model =
        ModelFolder.readScalar(
            SharedFiles.require("fixtures/models/tiny-gpt2"), Precision.FLOAT32, true);
    JsonNode head = trace.json().get("value_head");
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
    GoldenTrace trace = GoldenTrace.of("ppo.json");
    List<int[]> texts = new ArrayList<>();
    trace.json().get("pretraining_sequences").forEach(row -> texts.add(GoldenTrace.ints(row)));
    double coefficient = mode.equals("separate_ptx") ? trace.hyper("ptx_coef") : 0;
    try (TensorScope scope = TensorScope.open();
        Transformer policy = GoldenTrace.policy();
        Transformer value = valueModel(trace);
        Updater policyUpdater = new Updater("policy", policy.weights(), trace.optimizer());
        Updater valueUpdater = new Updater("value", value.weights(), trace.optimizer())) {
      Episodes episodes = Episodes.of(trace);
      int tokens = texts.stream().mapToInt(row -> row.length - 1).sum();
      for (JsonNode update : trace.json().get("expected").get(mode)) {
        JsonNode before = update.get("before");
        PpoLoss.Policy policyLoss = checkPolicy(trace, episodes, policy, before);
        policy.backward(policyLoss.loss());
        value.backward(checkValue(trace, episodes, value, before).loss());
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
    GoldenTrace trace = GoldenTrace.of("ppo.json");
    try (TensorScope scope = TensorScope.open();
        Transformer both = valueModel(trace);
        Updater updater = new Updater("policy and value", both.weights(), trace.optimizer())) {
      Episodes episodes = Episodes.of(trace);
      for (JsonNode update : trace.json().get("expected").get("shared")) {
        JsonNode before = update.get("before");
        Tensor policyLoss = checkPolicy(trace, episodes, both, before).loss();
        Tensor valueLoss = checkValue(trace, episodes, both, before).loss();
        // Both losses have a forward pass of their own: the sum of the gradients is the same.
        both.backward(policyLoss.add(valueLoss.mul(new Scalar(trace.hyper("vf_coef")))));
        trace.checkNorm(trace.update(updater), update.get("grad_norm"));
        checkPolicy(trace, episodes, both, update.get("after"));
        checkValue(trace, episodes, both, update.get("after"));
      }
    }
  }

  private static PpoLoss.Policy checkPolicy(
      GoldenTrace trace, Episodes episodes, Transformer model, JsonNode expected) {
    CompletionBatch batch = episodes.batch;
    Pass pass = model.forward(batch.tokens());
    // A scalar model's language head is its embedding, which GPT-2 ties to the head anyway.
    Tensor logits = torch.linear(pass.rows(batch.predictors()), model.weights().get("tokens"));
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
      GoldenTrace trace, Episodes episodes, Transformer model, JsonNode expected) {
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

  private static Tensor floats(double[] values) {
    return Host.doubles(values, values.length).to(torch.ScalarType.Float);
  }
}
