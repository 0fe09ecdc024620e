package io.rlhf4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.LeakCheck;
import io.rlhf4j.model.TransformerTest.Shape;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.RandomStream;
import io.rlhf4j.tensor.TensorScope;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecomputationTest {
  private static final double DROPOUT = 0.2;

  /**
   * @param logits of the forward pass
   * @param gradient of the sum of their squares in every trained number
   * @param next what the stream of dropout masks gives afterwards
   */
  private record Step(float[] logits, float[] gradient, float[] next) {}

  private static Step step(Transformer model, boolean recomputing, int @Nullable [] asked) {
    model.recomputingLayers(recomputing);
    model.trained().zeroGradient();
    TokenBatch batch = TokenBatch.rightPadded(TransformerTest.samples(9, 6), 0);
    try (TensorScope scope = TensorScope.open();
        RandomStream random = RandomStream.of(3)) {
      Dropout dropout = new Dropout(DROPOUT, random);
      Pass pass =
          asked == null ? model.forward(batch, dropout) : model.forward(batch, asked, dropout);
      Tensor out = model.heads().language() ? pass.logits() : pass.scores();
      model.backward(out.mul(out).sum());
      Tensor next = out.detach().clone();
      random.normal(next, 0, 1);
      return new Step(
          Host.floats(out.detach()), Host.floats(model.trained().gradient()), Host.floats(next));
    }
  }

  private static void requireTheSame(Transformer model) {
    requireTheSame(model, null);
    requireTheSame(model, new int[] {3, 8, 10});
  }

  private static void requireTheSame(Transformer model, int @Nullable [] asked) {
    Step kept = step(model, false, asked);
    Step recomputed = step(model, true, asked);
    assertThat(kept.gradient()).satisfies(g -> assertThat(anyNonZero(g)).isTrue());
    assertThat(recomputed.logits()).isEqualTo(kept.logits());
    assertThat(recomputed.gradient()).isEqualTo(kept.gradient());
    assertThat(recomputed.next()).isEqualTo(kept.next());
  }

  private static boolean anyNonZero(float[] numbers) {
    for (float number : numbers) {
      if (number != 0) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void layersComputedAgainGiveTheSameBits(Shape shape) {
    try (Transformer model = Transformer.fresh(shape.config, Precision.FLOAT32, 4)) {
      requireTheSame(model);
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void alsoInBfloat16(Shape shape) {
    try (Transformer model = Transformer.fresh(shape.config, Precision.BFLOAT16, 4)) {
      requireTheSame(model);
    }
  }

  /** Then the first layer's input has no graph of its own. */
  @ParameterizedTest
  @EnumSource(Shape.class)
  void alsoWithAnAdapterOnFrozenWeights(Shape shape) {
    try (Transformer base = Transformer.language(shape.config, Precision.FLOAT32, false)) {
      Initialization.gpt2(base, 4);
      try (Transformer model =
          base.with(Adapter.fresh(base, 3, 6, List.of(Adapter.ALL_LINEAR), 5))) {
        try (TensorScope scope = TensorScope.withoutGradients();
            RandomStream random = RandomStream.of(8)) {
          random.normal(model.trained().flat(), 0, 0.2);
        }
        requireTheSame(model);
      }
    }
  }

  @Test
  void aPassWhoseBackwardPassWasForgottenIsNoticedAtTheNext() {
    TokenBatch batch = TokenBatch.rightPadded(TransformerTest.samples(9, 6), 0);
    try (Transformer model = Transformer.fresh(Shape.GPT2.config, Precision.FLOAT32, 4);
        TensorScope scope = TensorScope.open()) {
      model.recomputingLayers(true).forward(batch).logits().sum().backward();
      assertThatThrownBy(() -> model.forward(batch))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the former pass has had no backward pass");
    }
  }

  @Test
  void itLeavesNothingBehind() {
    try (Transformer model = Transformer.fresh(Shape.GPT2.config, Precision.FLOAT32, 4)) {
      LeakCheck.cleansUp(() -> step(model, true, null));
    }
  }

  @Test
  void withoutGradientsNothingIsKeptForThem() {
    try (Transformer model = Transformer.fresh(Shape.GPT2.config, Precision.FLOAT32, 4);
        TensorScope scope = TensorScope.withoutGradients()) {
      assertThat(model.recomputingLayers(true).network().recomputation()).isNull();
    }
  }
}
