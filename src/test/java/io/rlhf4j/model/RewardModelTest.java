package io.rlhf4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.model.RewardModel.Likelihood;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewardModelTest {
  private static final int REWARD_TOKEN = 19;
  private static final Offset<Double> TOLERANCE = within(1e-5);
  private static final ModelConfig TIED =
      ModelConfig.gpt2(20, 16, 2, 2, 32).withInitializerRange(0.3);

  /** Different prompts and lengths, so that padding and packing have something to spoil. */
  private static final List<Sample> SAMPLES =
      List.of(
          new Sample(new int[] {1, 2, 3}, new int[] {4, 5}),
          new Sample(new int[] {1, 2, 3}, new int[] {6, 7, 8, 9, 10}),
          new Sample(new int[] {11}, new int[] {12, 13, 14}));

  private static Transformer model(Heads heads) {
    Transformer model = Transformer.empty(TIED, heads, Precision.FLOAT32, true);
    Initialization.gpt2(model, 1);
    Initialization.scalarHead(model, 2);
    return model;
  }

  /** Log-softmax over all logits of the sample alone, token by token. */
  private static double[] slowLogprobs(Transformer model, Sample sample) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      TokenBatch batch = TokenBatch.rightPadded(List.of(sample.joined()), 0);
      Tensor all = torch.log_softmax(model.forward(batch).logits(), -1);
      double[] found = new double[sample.completion().length];
      for (int i = 0; i < found.length; i++) {
        found[i] =
            all.select(0, 0)
                .select(0, sample.prompt().length + i - 1)
                .select(0, sample.completion()[i])
                .item_double();
      }
      return found;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, REWARD_TOKEN})
  void theLikelihoodAddsItsWeightTimesTheMeanLogProbabilityAboveTheOrigin(int rewardToken) {
    try (Transformer model = model(Heads.BOTH)) {
      RewardModel alone = new RewardModel(model, rewardToken, 0);
      RewardModel judge = new RewardModel(model, rewardToken, 0, new Likelihood(2, -3));
      double[] read = alone.score(SAMPLES, 2);
      List<RewardModel.Scored> found = judge.judge(SAMPLES, 2);
      for (int i = 0; i < SAMPLES.size(); i++) {
        double[] logprobs = slowLogprobs(model, SAMPLES.get(i));
        double sum = 0;
        assertThat(found.get(i).shares()).hasSize(logprobs.length);
        for (int t = 0; t < logprobs.length; t++) {
          double share = 2 * (logprobs[t] + 3) / logprobs.length;
          assertThat((double) found.get(i).shares()[t]).isCloseTo(share, TOLERANCE);
          sum += share;
        }
        assertThat(found.get(i).score()).isCloseTo(read[i] + sum, TOLERANCE);
      }
    }
  }

  @Test
  void theScoresTrainedOnAreTheScoresGiven() {
    try (Transformer model = model(Heads.BOTH);
        TensorScope scope = TensorScope.open()) {
      RewardModel judge = new RewardModel(model, -1, 0, new Likelihood(1.5, -2));
      Tensor scores = judge.scores(SAMPLES);
      double[] given = judge.score(SAMPLES, 3);
      for (int i = 0; i < given.length; i++) {
        assertThat(scores.select(0, i).item_double()).isCloseTo(given[i], TOLERANCE);
      }
      model.backward(scores.sum());
      // The language head, tied to the embedding, learns for tokens that no sample holds.
      assertThat(model.weights().get("tokens").grad().select(0, 18).abs().sum().item_double())
          .isPositive();
    }
  }

  @Test
  void aScoreDoesNotDependOnWhichSamplesAreBesideItNorInWhichOrder() {
    Sample stray = SAMPLES.get(2);
    List<Sample> apart = List.of(SAMPLES.get(0), stray, SAMPLES.get(1), stray, SAMPLES.get(0));
    try (Transformer model = model(Heads.BOTH)) {
      RewardModel judge = new RewardModel(model, -1, 0, new Likelihood(2, -3));
      double[] together = judge.score(apart, 5);
      for (int i = 0; i < together.length; i++) {
        assertThat(together[i]).isCloseTo(judge.score(apart.subList(i, i + 1), 1)[0], TOLERANCE);
      }
    }
  }

  @Test
  void withoutALikelihoodThereAreNoShares() {
    try (Transformer model = model(Heads.SCALAR)) {
      RewardModel judge = new RewardModel(model, -1, 0);
      assertThat(judge.judge(SAMPLES, 3)).allSatisfy(s -> assertThat(s.shares()).isEmpty());
      assertThat(judge.withOriginAt(SAMPLES, 3)).isSameAs(judge);
    }
  }

  @Test
  void centeringPutsBothPartsAtZeroOnTheDemonstrations() {
    try (Transformer model = model(Heads.BOTH)) {
      RewardModel judge = new RewardModel(model, -1, 0, new Likelihood(2, 0));
      RewardModel centered = judge.centeredOn(SAMPLES, 2);
      assertThat(mean(centered.score(SAMPLES, 3))).isCloseTo(0, TOLERANCE);
      assertThat(mean(new RewardModel(model, -1, 0).score(SAMPLES, 3))).isCloseTo(0, TOLERANCE);
      // The mean over samples of each one's mean log-probability.
      double origin =
          SAMPLES.stream().mapToDouble(s -> mean(slowLogprobs(model, s))).average().orElseThrow();
      assertThat(centered.likelihood().origin()).isCloseTo(origin, TOLERANCE);
    }
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  @Test
  void bothHeadsOfAnUntiedModelSurviveTheFolder(@TempDir Path folder) throws IOException {
    ModelConfig config = ModelConfig.llama(20, 16, 1, 2, 2, 24, 32).withTokens(0, List.of(0), 0);
    ModelConfigWriter.write(folder, config, false);
    Path json = folder.resolve("config.json");
    String tied = "\"tie_word_embeddings\" : true";
    assertThat(json).content().contains(tied);
    Files.writeString(json, Files.readString(json).replace(tied, tied.replace("true", "false")));
    ModelConfig untied = ModelConfigReader.read(folder);
    try (Transformer model = Transformer.empty(untied, Heads.BOTH, Precision.FLOAT32, false)) {
      try (TensorScope scope = TensorScope.withoutGradients()) {
        model.weights().get("head.weight").fill_(new Scalar(0.5));
        model.weights().get("score.weight").fill_(new Scalar(0.25));
      }
      ModelFolder.write(folder, model);
    }
    try (Transformer read = ModelFolder.read(folder, Heads.BOTH, Precision.FLOAT32, false);
        Transformer scalar = ModelFolder.readScalar(folder, Precision.FLOAT32, false)) {
      assertThat(Host.floats(read.weights().get("head.weight"))).containsOnly(0.5f);
      assertThat(Host.floats(read.weights().get("score.weight"))).containsOnly(0.25f);
      assertThat(scalar.weights().has("head.weight")).isFalse();
    }
  }

  @Test
  void aModelWithoutALanguageHeadCannotJudgeByLikelihood() {
    try (Transformer model = model(Heads.SCALAR)) {
      assertThatThrownBy(() -> new RewardModel(model, -1, 0, new Likelihood(1, 0)))
          .hasMessageContaining("needs a language head");
    }
  }
}
