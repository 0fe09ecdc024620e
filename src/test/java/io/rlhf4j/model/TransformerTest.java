package io.rlhf4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.LeakCheck;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What must hold of any transformer, whatever its weights. */
class TransformerTest {
  /** Two float32 paths through the same numbers may differ by rounding only. */
  private static final Offset<Float> ROUNDING = within(2e-5f);

  private static final int VOCABULARY = 50;

  enum Shape {
    GPT2(ModelConfig.gpt2(VOCABULARY, 32, 3, 4, 64)),
    LLAMA_GROUPED(ModelConfig.llama(VOCABULARY, 32, 2, 4, 2, 48, 64));

    final ModelConfig config;

    Shape(ModelConfig config) {
      this.config = config;
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

  private static List<int[]> samples(int... lengths) {
    Random random = new Random(11);
    List<int[]> samples = new ArrayList<>();
    for (int length : lengths) {
      samples.add(random.ints(length, 0, VOCABULARY).toArray());
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
      List<Sample> samples = new ArrayList<>();
      List<int[]> ids = samples(5, 4, 6, 1, 7, 3);
      for (int i = 0; i < ids.size(); i++) {
        samples.add(
            new Sample(ids.get(i < 4 ? 0 : 4), ids.get(i))); // four after one, two after one
      }
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
      assertThat(seen(batch, 0)).containsExactly("a", "ab", "abc", "abcd", "abe");
      assertThat(seen(batch, 2)).containsExactly("a", "ab", "bc", "cd", "be");
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
    try (TensorScope scope = TensorScope.open()) {
      model.weights().zeroGradient();
      batch.tokenLogprobs(model.forward(batch.tokens()), 1).sum().backward();
      return Host.floats(model.weights().gradient());
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void theCachedPathWritesWhatTheFullForwardPassWouldWrite(Shape shape) {
    try (Transformer model = shape.model()) {
      List<int[]> prompts = samples(3, 8, 5, 8, 1);
      Sampling sampling = Sampling.plain(20);
      long[] seeds = {1, 2, 3, 4, 5};
      int[] ends = {7};
      List<Generation> written = new Generator(model, 5).generate(prompts, sampling, seeds, ends);
      assertThat(written.stream().anyMatch(Generation::finished)).isTrue(); // rows really leave
      for (int i = 0; i < prompts.size(); i++) {
        Generation generation = written.get(i);
        Sample sample = new Sample(prompts.get(i), generation.tokens());
        CompletionBatch batch = CompletionBatch.of(List.of(sample), 0);
        try (TensorScope scope = TensorScope.withoutGradients()) {
          float[] full = Host.floats(batch.tokenLogprobs(model.forward(batch.tokens()), 1));
          assertThat(generation.logprobs()).containsExactly(full, within(1e-4f));
        }
        boolean ended = generation.tokens()[generation.tokens().length - 1] == 7;
        assertThat(generation.finished()).isEqualTo(ended);
      }
    }
  }

  @Test
  void aCompletionDependsOnItsSeedAndNotOnItsNeighbours() {
    try (Transformer model = Shape.GPT2.model()) {
      List<int[]> prompts = samples(3, 8, 5, 8, 1, 6);
      long[] seeds = {11, 12, 13, 14, 15, 16};
      int[] ends = {7};
      List<Generation> together =
          new Generator(model, 6).generate(prompts, Sampling.plain(12), seeds, ends);
      List<Generation> byTwos =
          new Generator(model, 2).generate(prompts, Sampling.plain(12), seeds, ends);
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(byTwos.get(i).tokens()).isEqualTo(together.get(i).tokens());
      }
    }
  }

  @Test
  void samplingFollowsTheModelsProbabilities() {
    // One prompt, many seeds: the first token's frequencies are the softmax of its logits.
    try (Transformer model = Transformer.fresh(Shape.GPT2.config, Precision.FLOAT32, 3)) {
      int n = 4000;
      int[] prompt = {1, 2, 3};
      long[] seeds = new long[n];
      Arrays.setAll(seeds, i -> 1000L + i);
      List<int[]> prompts = java.util.Collections.nCopies(n, prompt);
      List<Generation> written =
          new Generator(model, 500).generate(prompts, Sampling.plain(1), seeds, new int[0]);
      int[] counts = new int[VOCABULARY];
      written.forEach(g -> counts[g.tokens()[0]]++);
      try (TensorScope scope = TensorScope.withoutGradients()) {
        Tensor logits =
            model.forward(TokenBatch.rightPadded(List.of(prompt), 0)).logits().select(0, 0);
        float[] p = Host.floats(logits.select(0, 2).softmax(0));
        double chiSquare = 0;
        for (int i = 0; i < VOCABULARY; i++) {
          chiSquare += Math.pow(counts[i] - n * p[i], 2) / (n * p[i]);
        }
        // 49 degrees of freedom: 99.9% lie below 85.4
        assertThat(chiSquare).isLessThan(85.4);
      }
    }
  }

  @Test
  void topKAndTopPLeaveOutTheUnlikelyTokens() {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor logprobs = Host.floats(new float[] {0.5f, 0.3f, 0.15f, 0.05f}, 1, 4).log();
      assertThat(Host.floats(Sampler.cut(logprobs, new Sampling(1, 2, 1, 1))))
          .containsExactly(new float[] {0.625f, 0.375f, 0, 0}, within(1e-6f));
      // 0.5 < 0.7 keeps the second, 0.8 >= 0.7 leaves out the third
      assertThat(Host.floats(Sampler.cut(logprobs, new Sampling(1, 0, 0.7, 1))))
          .containsExactly(new float[] {0.5f, 0.3f, 0, 0}, within(1e-6f));
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
