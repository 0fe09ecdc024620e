package io.rlhf4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.LeakCheck;
import io.rlhf4j.loss.LmLoss;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What must hold of any transformer, whatever its weights. */
class TransformerTest {
  /** Two float32 paths through the same numbers may differ by rounding only. */
  private static final Offset<Float> ROUNDING = within(2e-5f);

  static final int VOCABULARY = 50;

  enum Shape {
    GPT2(ModelConfig.gpt2(VOCABULARY, 32, 3, 4, 64)),
    LLAMA_GROUPED(ModelConfig.llama(VOCABULARY, 32, 2, 4, 2, 48, 64)),
    WINDOWED(windowed(ModelConfig.llama(VOCABULARY, 32, 2, 4, 2, 48, 64), 5));

    final ModelConfig config;

    Shape(ModelConfig config) {
      this.config = config;
    }

    private static ModelConfig windowed(ModelConfig llama, int window) {
      return new ModelConfig(
          Family.MISTRAL,
          llama.vocabularySize(),
          llama.hiddenSize(),
          llama.layers(),
          llama.heads(),
          llama.keyValueHeads(),
          llama.headDim(),
          llama.intermediateSize(),
          llama.maxPositions(),
          llama.activation(),
          llama.normEpsilon(),
          llama.ropeTheta(),
          null,
          true,
          false,
          false,
          window,
          null,
          List.of(),
          null,
          0.02,
          0,
          Dtype.F32);
    }

    Transformer model() {
      Transformer model = Transformer.fresh(config, Precision.FLOAT32, 7);
      // Larger weights than a fresh model has, so that a wrong position or mask shows.
      try (TensorScope scope = TensorScope.withoutGradients()) {
        for (Weights.Entry entry : model.weights().entries()) {
          if (entry.decays()) {
            model.weights().get(entry.name()).mul_(new org.bytedeco.pytorch.Scalar(8.0));
          }
        }
      }
      return model;
    }
  }

  static List<int[]> samples(int... lengths) {
    Random random = new Random(11);
    List<int[]> samples = new ArrayList<>();
    for (int length : lengths) {
      samples.add(random.ints(length, 0, VOCABULARY).toArray());
    }
    return samples;
  }

  /** Four samples after one prompt of five tokens, two after one of seven. */
  private static List<Sample> sharingPrompts() {
    List<Sample> samples = new ArrayList<>();
    List<int[]> ids = samples(5, 4, 6, 1, 7, 3);
    for (int i = 0; i < ids.size(); i++) {
      samples.add(new Sample(ids.get(i < 4 ? 0 : 4), ids.get(i)));
    }
    return samples;
  }

  private static float[] lastLogits(Transformer model, TokenBatch batch, int row, int column) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor logits = model.forward(batch).logits();
      return Host.floats(logits.select(0, row).select(0, column));
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void paddingAndNeighboursChangeNoLogit(Shape shape) {
    try (Transformer model = shape.model()) {
      List<int[]> samples = samples(5, 12, 9);
      TokenBatch right = TokenBatch.rightPadded(samples, 0);
      TokenBatch left = TokenBatch.leftPadded(samples, 0);
      for (int i = 0; i < samples.size(); i++) {
        int length = samples.get(i).length;
        float[] alone =
            lastLogits(model, TokenBatch.rightPadded(List.of(samples.get(i)), 0), 0, length - 1);
        assertThat(lastLogits(model, right, i, length - 1)).containsExactly(alone, ROUNDING);
        assertThat(lastLogits(model, left, i, left.length() - 1)).containsExactly(alone, ROUNDING);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void packedSamplesDoNotSeeEachOther(Shape shape) {
    try (Transformer model = shape.model()) {
      List<int[]> samples = samples(7, 4, 10, 6, 3);
      TokenBatch.Packed packed = TokenBatch.packed(samples, 16, 0);
      assertThat(packed.batch().rows()).isEqualTo(2); // 10 + 6 and 7 + 4 + 3
      for (int i = 0; i < samples.size(); i++) {
        TokenBatch.Place place = packed.places().get(i);
        int length = samples.get(i).length;
        float[] alone =
            lastLogits(model, TokenBatch.rightPadded(List.of(samples.get(i)), 0), 0, length - 1);
        assertThat(lastLogits(model, packed.batch(), place.row(), place.column() + length - 1))
            .containsExactly(alone, ROUNDING);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void packingGivesTheGradientsOfSeparateRows(Shape shape) {
    try (Transformer model = shape.model()) {
      List<Sample> samples = new ArrayList<>();
      for (int[] ids : samples(7, 4, 10, 6, 3)) {
        samples.add(new Sample(Arrays.copyOf(ids, 2), Arrays.copyOfRange(ids, 2, ids.length)));
      }
      float[] separate = gradient(model, CompletionBatch.of(samples, 0));
      float[] packed = gradient(model, CompletionBatch.compact(samples, 0));
      assertThat(packed).containsExactly(separate, within(2e-3f));
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void aSharedPromptGivesTheLogprobsAndGradientsOfSeparateRows(Shape shape) {
    try (Transformer model = shape.model()) {
      List<Sample> samples = sharingPrompts();
      CompletionBatch shared = CompletionBatch.compact(samples, 0);
      CompletionBatch separate = CompletionBatch.of(samples, 0);
      assertThat(shared.tokens().tokens()).isEqualTo(5 + 16 + 7 + 10);
      assertThat(separate.tokens().tokens()).isEqualTo(4 * 5 + 16 + 2 * 7 + 10);
      try (TensorScope scope = TensorScope.withoutGradients()) {
        assertThat(Host.floats(shared.logprobs(model.forward(shared.tokens()), 1).view(-1)))
            .containsExactly(
                Host.floats(separate.logprobs(model.forward(separate.tokens()), 1).view(-1)),
                ROUNDING);
      }
      assertThat(gradient(model, shared)).containsExactly(gradient(model, separate), within(2e-3f));
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void aPassThatIsAskedAboutSomePositionsGivesWhatAWholeOneGivesThere(Shape shape) {
    try (Transformer model = shape.model()) {
      CompletionBatch batch = CompletionBatch.compact(sharingPrompts(), 0);
      float[] whole = gradient(model, model::forward, batch);
      float[] asked = gradient(model, b -> model.forward(b, batch.predictors()), batch);
      assertThat(asked).containsExactly(whole, within(2e-3f));
      try (TensorScope scope = TensorScope.withoutGradients()) {
        Pass pass = model.forward(batch.tokens(), batch.predictors());
        // The five tokens of the first prompt, but its last, are only read. 22 positions are asked
        // for, and computed as 32, which is the next size that comes often.
        assertThat(Arrays.stream(batch.predictors()).distinct().count()).isEqualTo(22);
        assertThat(pass.hidden().size(0)).isEqualTo(32);
        assertThat(batch.tokens().ids()).hasSizeGreaterThan(32);
        assertThat(Host.floats(batch.logprobs(pass, 1)))
            .containsExactly(
                Host.floats(batch.logprobs(model.forward(batch.tokens()), 1)), ROUNDING);
        // From the end to the beginning, and one of them twice.
        int[] order = {batch.predictors()[9], batch.predictors()[3], batch.predictors()[9]};
        assertThat(Host.floats(pass.rows(order)))
            .containsExactly(Host.floats(model.forward(batch.tokens()).rows(order)), ROUNDING);
        assertThatThrownBy(() -> pass.rows(new int[] {batch.lastTokens()[0]}))
            .hasMessage("this pass was not asked about position " + batch.lastTokens()[0]);
      }
    }
  }

  @Test
  void aPromptIsSharedOnlyWhileNoRowGrowsLongerThanTwoSamples() {
    // Samples of 4 + 22 tokens, so trees of at most 52: 4 + 22 + 22, and the prompt again for the
    // third.
    Sample sample = new Sample(new int[] {1, 2, 3, 4}, new int[22]);
    CompletionBatch batch = CompletionBatch.compact(List.of(sample, sample, sample), 0);
    assertThat(batch.tokens().length()).isEqualTo(48);
    assertThat(batch.tokens().tokens()).isEqualTo(48 + 26);
  }

  @Test
  void rowsAreOfLengthsThatComeOften() {
    Sample sample = new Sample(new int[] {1}, new int[16]);
    assertThat(CompletionBatch.compact(List.of(sample), 0).tokens().length()).isEqualTo(32);
    assertThat(CompletionBatch.of(List.of(sample), 0).tokens().length()).isEqualTo(32);
  }

  @Test
  void aBranchSeesItsPromptAndItselfWithinTheWindow() {
    // Columns: prompt a b, completions c d and e. Positions 0 1 2 3 2: e follows b, not d.
    CompletionBatch batch =
        CompletionBatch.compact(
            List.of(
                new Sample(new int[] {1, 2}, new int[] {3, 4}),
                new Sample(new int[] {1, 2}, new int[] {5})),
            0);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      assertThat(seen(batch, 0)).startsWith("a", "ab", "abc", "abcd", "abe");
      assertThat(seen(batch, 2)).startsWith("a", "ab", "bc", "cd", "be");
    }
  }

  /** For each column the columns that it sees, as letters. */
  private static List<String> seen(CompletionBatch batch, int window) {
    int t = batch.tokens().length();
    float[] mask = Host.floats(Attention.mask(batch.tokens(), window).reshape(-1));
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < t; i++) {
      StringBuilder letters = new StringBuilder();
      for (int j = 0; j < t; j++) {
        if (mask[i * t + j] == 0) {
          letters.append((char) ('a' + j));
        }
      }
      seen.add(letters.toString());
    }
    return seen;
  }

  private static float[] gradient(Transformer model, CompletionBatch batch) {
    return gradient(model, model::forward, batch);
  }

  private static float[] gradient(
      Transformer model, Function<TokenBatch, Pass> forward, CompletionBatch batch) {
    try (TensorScope scope = TensorScope.open()) {
      model.weights().zeroGradient();
      model.backward(batch.tokenLogprobs(forward.apply(batch.tokens()), 1).sum());
      return Host.floats(model.weights().gradient());
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void aLossOnLogProbabilitiesHasTheGradientOfTheSameLossOnLogits(Shape shape) {
    try (Transformer model = shape.model()) {
      CompletionBatch batch = CompletionBatch.compact(sharingPrompts(), 0);
      float[] own = gradientOfMixture(model, batch, pass -> batch.tokenLogprobs(pass, 0.7));
      float[] twin =
          gradientOfMixture(
              model,
              batch,
              pass ->
                  LmLoss.tokenLogProbs(
                      pass.logitsAt(batch.predictors()).div(new Scalar(0.7)),
                      batch.targetTensor()));
      assertThat(own).containsExactly(twin, within(2e-3f));
    }
  }

  /** Of a loss that depends on the log-probabilities and, past them, on the hidden states. */
  private static float[] gradientOfMixture(
      Transformer model, CompletionBatch batch, Function<Pass, Tensor> logprobs) {
    try (TensorScope scope = TensorScope.open()) {
      model.weights().zeroGradient();
      Pass pass = model.forward(batch.tokens(), batch.predictors());
      Tensor hidden = pass.rows(Arrays.copyOf(batch.predictors(), 3));
      model.backward(logprobs.apply(pass).square().mean().add(hidden.square().mean()));
      return Host.floats(model.weights().gradient());
    }
  }

  @Test
  void aPassThatHadNoBackwardPassIsForgotten() {
    try (Transformer model = Shape.GPT2.model()) {
      CompletionBatch batch = CompletionBatch.compact(sharingPrompts(), 0);
      float[] expected = gradient(model, batch);
      try (TensorScope scope = TensorScope.open()) {
        batch.tokenLogprobs(model.forward(batch.tokens()), 1);
      }
      assertThat(gradient(model, batch)).isEqualTo(expected);
    }
  }

  @Test
  void nothingIsLeftBehindByForwardBackwardAndGeneration() {
    try (Transformer model = Shape.GPT2.model()) {
      CompletionBatch batch =
          CompletionBatch.of(List.of(new Sample(new int[] {1, 2}, new int[] {3, 4})), 0);
      LeakCheck.cleansUp(
          () -> {
            gradient(model, batch);
            new Generator(model, 2)
                .generate(samples(3, 4), Sampling.plain(5), new long[] {1, 2}, new int[] {7});
          });
    }
  }

  @Test
  void brainFloatFollowsFloatClosely() {
    ModelConfig config = Shape.GPT2.config;
    try (Transformer exact = Transformer.fresh(config, Precision.FLOAT32, 3);
        Transformer brief = Transformer.fresh(config, Precision.BFLOAT16, 3)) {
      TokenBatch batch = TokenBatch.rightPadded(samples(9, 12), 0);
      float[] a = lastLogits(exact, batch, 1, 11);
      float[] b = lastLogits(brief, batch, 1, 11);
      assertThat(b).containsExactly(a, within(0.02f));
      assertThat(b).isNotEqualTo(a);
    }
  }
}
