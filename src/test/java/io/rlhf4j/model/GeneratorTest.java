package io.rlhf4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What must hold of any text that is sampled from a transformer. */
class GeneratorTest {
  @ParameterizedTest
  @EnumSource(TransformerTest.Shape.class)
  void theCachedPathWritesWhatTheFullForwardPassWouldWrite(TransformerTest.Shape shape) {
    try (Transformer model = shape.model()) {
      List<int[]> prompts = TransformerTest.samples(3, 8, 5, 8, 1);
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
    try (Transformer model = TransformerTest.Shape.GPT2.model()) {
      List<int[]> prompts = TransformerTest.samples(3, 8, 5, 8, 1, 6);
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
  void rowsThatAreComputedForNobodyChangeNoCompletion() {
    // Of 33 rows and more some are computed for nobody; their number falls as rows end.
    assertThat(new int[] {Generator.computed(32), Generator.computed(33), Generator.computed(129)})
        .containsExactly(32, 40, 144);
    try (Transformer model = TransformerTest.Shape.LLAMA_GROUPED.model()) {
      List<int[]> prompts = new ArrayList<>();
      for (int i = 0; i < 42; i++) {
        prompts.add(TransformerTest.samples(1 + i % 9).get(0));
      }
      long[] seeds = IntStream.range(0, prompts.size()).asLongStream().toArray();
      int[] ends = {7};
      Sampling sampling = Sampling.plain(20);
      List<Generation> together = new Generator(model, 42).generate(prompts, sampling, seeds, ends);
      assertThat(together.stream().filter(Generation::finished).count()).isBetween(5L, 41L);
      List<Generation> byEights = new Generator(model, 8).generate(prompts, sampling, seeds, ends);
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(byEights.get(i).tokens()).isEqualTo(together.get(i).tokens());
      }
    }
  }

  @Test
  void samplingFollowsTheModelsProbabilities() {
    // One prompt, many seeds: the first token's frequencies are the softmax of its logits.
    try (Transformer model =
        Transformer.fresh(TransformerTest.Shape.GPT2.config, Precision.FLOAT32, 3)) {
      int n = 4000;
      int[] prompt = {1, 2, 3};
      long[] seeds = new long[n];
      Arrays.setAll(seeds, i -> 1000L + i);
      List<int[]> prompts = java.util.Collections.nCopies(n, prompt);
      List<Generation> written =
          new Generator(model, 500).generate(prompts, Sampling.plain(1), seeds, new int[0]);
      int[] counts = new int[TransformerTest.VOCABULARY];
      written.forEach(g -> counts[g.tokens()[0]]++);
      try (TensorScope scope = TensorScope.withoutGradients()) {
        Tensor logits =
            model.forward(TokenBatch.rightPadded(List.of(prompt), 0)).logits().select(0, 0);
        float[] p = Host.floats(logits.select(0, 2).softmax(0));
        double chiSquare = 0;
        for (int i = 0; i < TransformerTest.VOCABULARY; i++) {
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
  void aShortPromptBesideALongOneMayGoOnToTheLastPosition() {
    try (Transformer model = TransformerTest.Shape.GPT2.model()) {
      List<int[]> prompts = TransformerTest.samples(60, 4); // of 64 positions
      List<Generation> written =
          new Generator(model, 2)
              .generate(prompts, Sampling.plain(100), new long[] {1, 2}, new int[0]);
      assertThat(written).extracting(g -> g.tokens().length).containsExactly(4, 60);
    }
  }

  @Test
  void equalPromptsAreReadOnceAndWriteWhatEachWouldWriteAlone() {
    try (Transformer model = TransformerTest.Shape.GPT2.model()) {
      List<int[]> two = TransformerTest.samples(6, 6);
      List<int[]> prompts = List.of(two.get(0), two.get(1), two.get(0), two.get(1), two.get(0));
      long[] seeds = {1, 2, 3, 4, 5};
      Sampling sampling = Sampling.plain(10);
      List<Generation> together =
          new Generator(model, 5).generate(prompts, sampling, seeds, new int[0]);
      for (int i = 0; i < prompts.size(); i++) {
        Generation alone =
            new Generator(model, 1)
                .generate(List.of(prompts.get(i)), sampling, new long[] {seeds[i]}, new int[0])
                .get(0);
        assertThat(together.get(i).tokens()).isEqualTo(alone.tokens());
      }
      assertThat(together.get(0).tokens()).isNotEqualTo(together.get(2).tokens());
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void writtenTokensHaveTheLogProbabilitiesOfAFullForwardPass(Precision precision) {
    ModelConfig config = ModelConfig.gpt2(60, 128, 2, 4, 32);
    try (Transformer model = Transformer.fresh(config, precision, 3)) {
      List<int[]> prompts = TransformerTest.samples(4, 26); // the longer one soon ends
      List<Generation> written =
          new Generator(model, 2)
              .generate(prompts, Sampling.plain(20), new long[] {1, 2}, new int[0]);
      assertThat(written).extracting(g -> g.tokens().length).containsExactly(20, 6);
      CompletionBatch batch =
          CompletionBatch.of(List.of(new Sample(prompts.get(0), written.get(0).tokens())), 0);
      try (TensorScope scope = TensorScope.withoutGradients()) {
        float[] full = Host.floats(batch.tokenLogprobs(model.forward(batch.tokens()), 1));
        float rounding = precision == Precision.FLOAT32 ? 1e-5f : 2e-2f;
        assertThat(written.get(0).logprobs()).containsExactly(full, within(rounding));
      }
    }
  }

  @Test
  void whatIsDoneIsToldWhileOthersAreStillWritten() {
    try (Transformer model = TransformerTest.Shape.GPT2.model()) {
      List<int[]> prompts = TransformerTest.samples(3, 3, 3, 3, 3, 3, 3, 3, 3, 3);
      long[] seeds = new long[prompts.size()];
      List<Integer> told = new ArrayList<>();
      new Generator(model, 4).generate(prompts, Sampling.plain(2), seeds, new int[0], told::add);
      // Four at a time of equal length: the places are taken again when all four have ended.
      assertThat(told).containsExactly(0, 4, 8, 10);
    }
  }

  @Test
  void aPromptThatLeavesNoRoomIsRefused() {
    try (Transformer model = TransformerTest.Shape.GPT2.model()) {
      assertThatThrownBy(
              () ->
                  new Generator(model, 2)
                      .generate(
                          TransformerTest.samples(4, 64),
                          Sampling.plain(1),
                          new long[2],
                          new int[0]))
          .hasMessage("a prompt of 64 tokens leaves no room in 64 positions");
    }
  }
}
