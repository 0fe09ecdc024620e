package io.rlhf4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.LeakCheck;
import io.rlhf4j.data.InputException;
import io.rlhf4j.model.TransformerTest.Shape;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.RandomStream;
import io.rlhf4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AdapterTest {
  /** Two float32 paths through the same numbers may differ by rounding only. */
  private static final Offset<Float> ROUNDING = within(5e-5f);

  private static final int RANK = 3;
  private static final double ALPHA = 7.5;

  private static Transformer adapted(Transformer base, String... targets) {
    return base.with(Adapter.fresh(base, RANK, ALPHA, List.of(targets), 5));
  }

  private static Adapter of(Transformer adapted) {
    Adapter adapter = adapted.adapter();
    if (adapter == null) {
      throw new AssertionError("no adapter");
    }
    return adapter;
  }

  /** Gives A and B numbers as if they had been trained. */
  private static void stir(Transformer adapted) {
    try (TensorScope scope = TensorScope.withoutGradients();
        RandomStream random = RandomStream.of(8)) {
      random.normal(adapted.trained().flat(), 0, 0.2);
    }
  }

  private static float[] logits(Transformer model) {
    TokenBatch batch = TokenBatch.rightPadded(TransformerTest.samples(9, 6), 0);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Pass pass = model.forward(batch);
      return Host.floats(model.heads().scalar() ? pass.scores() : pass.logits());
    }
  }

  private static float[] numbers(Tensor tensor) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return Host.floats(tensor.detach());
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void aFreshAdapterChangesNoLogit(Shape shape) {
    try (Transformer base = shape.model();
        Transformer adapted = adapted(base, Adapter.ALL_LINEAR)) {
      assertThat(logits(adapted)).isEqualTo(logits(base));
    }
  }

  /** The slow twin: W + alpha / r B A, number by number, in a model of its own. */
  @ParameterizedTest
  @EnumSource(Shape.class)
  void theAdaptedModelIsTheModelWhoseMatricesAreWPlusTheScaledProduct(Shape shape) {
    try (Transformer base = shape.model();
        Transformer adapted = adapted(base, Adapter.ALL_LINEAR);
        Transformer twin = Transformer.language(shape.config, Precision.FLOAT32, false)) {
      stir(adapted);
      twin.weights().copyFrom(base.weights());
      int changed = 0;
      for (WeightLayout.Placement place : WeightLayout.of(shape.config, Heads.LANGUAGE)) {
        String module = place.file().replace(".weight", "");
        if (adapted.trained().has(module + ".lora_A.weight")) {
          changed++;
          addProduct(twin, place, adapted.trained(), module);
        }
      }
      int perLayer = shape == Shape.GPT2 ? 4 : 7;
      assertThat(changed).isEqualTo(perLayer * shape.config.layers());
      assertThat(logits(adapted)).containsExactly(logits(twin), ROUNDING);
      assertThat(logits(adapted)).isNotEqualTo(logits(base));
    }
  }

  private static void addProduct(
      Transformer twin, WeightLayout.Placement place, Weights pairs, String module) {
    float[] a = numbers(pairs.get(module + ".lora_A.weight"));
    float[] b = numbers(pairs.get(module + ".lora_B.weight"));
    int in = a.length / RANK;
    assertThat(b).hasSize((int) place.rows() * RANK);
    float[] change = new float[(int) place.rows() * in];
    for (int row = 0; row < place.rows(); row++) {
      for (int column = 0; column < in; column++) {
        double sum = 0;
        for (int r = 0; r < RANK; r++) {
          sum += (double) b[row * RANK + r] * a[r * in + column];
        }
        change[row * in + column] = (float) (ALPHA / RANK * sum);
      }
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      twin.weights()
          .get(place.parameter())
          .narrow(0, place.firstRow(), place.rows())
          .add_(Host.floats(change, place.rows(), in));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GPT2, FLOAT32, false",
    "GPT2, BFLOAT16, false",
    "LLAMA_GROUPED, FLOAT32, true",
    "LLAMA_GROUPED, BFLOAT16, false"
  })
  void theModelThatIsWrittenIsBitForBitTheOneThatWasAdapted(
      Shape shape, Precision precision, boolean scalar, @TempDir Path folder) {
    ModelConfig config = shape.config.withTokens(1, List.of(2), 0);
    try (Transformer base =
        scalar
            ? Transformer.scalar(config, precision, false)
            : Transformer.language(config, precision, false)) {
      Initialization.gpt2(base, 3);
      float[] before = numbers(base.weights().flat());
      try (Transformer adapted = adapted(base, Adapter.ALL_LINEAR)) {
        stir(adapted);
        ModelFolder.write(folder, adapted);
        try (Transformer merged =
            scalar
                ? ModelFolder.readScalar(folder, precision, false)
                : ModelFolder.readLanguage(folder, precision, false)) {
          assertThat(logits(merged)).isEqualTo(logits(adapted)).isNotEqualTo(logits(base));
          if (!scalar) {
            assertThat(written(merged)).isEqualTo(written(adapted));
          }
        }
      }
      assertThat(numbers(base.weights().flat())).isEqualTo(before);
    }
  }

  private static List<Integer> written(Transformer model) {
    return new Generator(model, 2)
            .generate(
                TransformerTest.samples(4, 7), Sampling.plain(12), new long[] {1, 2}, new int[0])
            .stream()
            .flatMap(g -> java.util.Arrays.stream(g.tokens()).boxed())
            .toList();
  }

  /** With G the gradient of W + s B A: dB = s G A^T and dA = s B^T G. */
  @Test
  void gradientsReachTheAdapterAloneAndAreThoseOfTheProduct() {
    Shape shape = Shape.LLAMA_GROUPED;
    try (Transformer base = frozen(shape);
        Transformer adapted = adapted(base, Adapter.ALL_LINEAR);
        Transformer whole = Transformer.language(shape.config, Precision.FLOAT32, true)) {
      stir(adapted);
      try (TensorScope scope = TensorScope.withoutGradients()) {
        for (String name : whole.weights().names()) {
          whole.weights().get(name).copy_(adapted.effective(name));
        }
      }
      backward(adapted);
      backward(whole);
      assertThat(base.weights().gradient().numel()).isZero();
      assertThat(base.weights().get("tokens").grad().defined()).isFalse();
      try (TensorScope scope = TensorScope.withoutGradients()) {
        for (WeightLayout.Placement place : WeightLayout.of(shape.config, Heads.LANGUAGE)) {
          String module = place.file().replace(".weight", "");
          if (!adapted.trained().has(module + ".lora_A.weight")) {
            continue;
          }
          Tensor a = adapted.trained().get(module + ".lora_A.weight");
          Tensor b = adapted.trained().get(module + ".lora_B.weight");
          Tensor g =
              whole
                  .weights()
                  .get(place.parameter())
                  .grad()
                  .narrow(0, place.firstRow(), place.rows());
          assertScaled(module + " B", b.grad(), g.matmul(a.t()));
          assertScaled(module + " A", a.grad(), b.t().matmul(g));
        }
      }
    }
  }

  private static void assertScaled(String what, Tensor gradient, Tensor unscaled) {
    float[] expected = Host.floats(unscaled);
    float largest = 0;
    for (int i = 0; i < expected.length; i++) {
      expected[i] *= (float) (ALPHA / RANK);
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    assertThat(largest).as(what).isPositive();
    assertThat(Host.floats(gradient)).as(what).containsExactly(expected, within(1e-4f * largest));
  }

  private static Transformer frozen(Shape shape) {
    Transformer base = Transformer.language(shape.config, Precision.FLOAT32, false);
    try (Transformer model = shape.model()) {
      base.weights().copyFrom(model.weights());
    }
    return base;
  }

  private static void backward(Transformer model) {
    try (TensorScope scope = TensorScope.open()) {
      CompletionBatch batch =
          CompletionBatch.of(
              List.of(
                  new Sample(new int[] {1, 2}, new int[] {3, 4, 9}),
                  new Sample(new int[] {6}, new int[] {7, 11})),
              0);
      batch.lmLoss(model.forward(batch.tokens())).backward();
    }
  }

  @Test
  void matricesStackedHereAreAdaptedOneByOne() {
    try (Transformer base = Shape.LLAMA_GROUPED.model();
        Transformer adapted = adapted(base, "v_proj", "up_proj")) {
      stir(adapted);
      List<String> expected = new ArrayList<>();
      for (int layer = 0; layer < 2; layer++) {
        String at = "model.layers." + layer + ".";
        for (String module : List.of("self_attn.v_proj", "mlp.up_proj")) {
          expected.add(at + module + ".lora_A.weight");
          expected.add(at + module + ".lora_B.weight");
        }
      }
      assertThat(adapted.trained().names()).isEqualTo(expected);
      try (TensorScope scope = TensorScope.withoutGradients()) {
        Tensor own = base.weights().get("layers.1.qkv.weight"); // 32 + 16 + 16 rows
        Tensor effective = adapted.effective("layers.1.qkv.weight");
        assertThat(Host.floats(effective.narrow(0, 0, 48)))
            .isEqualTo(Host.floats(own.narrow(0, 0, 48)));
        assertThat(Host.floats(effective.narrow(0, 48, 16)))
            .isNotEqualTo(Host.floats(own.narrow(0, 48, 16)));
        assertThat(Host.floats(adapted.effective("layers.1.out.weight")))
            .isEqualTo(Host.floats(base.weights().get("layers.1.out.weight")));
      }
    }
  }

  @Test
  void aTargetIsMatchedFromADotToTheEnd() {
    try (Transformer base = Shape.GPT2.model();
        Transformer adapted = adapted(base, "attn.c_proj")) {
      assertThat(adapted.trained().names())
          .hasSize(2 * 3)
          .allMatch(name -> name.contains(".attn.c_proj."));
      assertThat(of(adapted).targets()).containsExactly("attn.c_proj");
    }
  }

  @Test
  void aTargetThatNoMatrixHasIsRefusedWithTheNearestName() {
    try (Transformer base = Shape.LLAMA_GROUPED.model()) {
      assertThatThrownBy(() -> adapted(base, "q_proj", "k_prj"))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "lora.targets must be [all-linear], or name matrices within the layers of a llama"
                  + " model: down_proj, gate_proj, k_proj, o_proj, q_proj, up_proj, v_proj; was"
                  + " 'k_prj'; did you mean 'k_proj'?");
    }
  }

  /** Uniform in +- 1 / sqrt(in): for in = 32 the bound is 0.1768 and the variance 1 / 96. */
  @Test
  void aIsDrawnAsPeftDrawsItAndDependsOnTheSeedAlone() {
    try (Transformer base = Shape.GPT2.model();
        Adapter one = Adapter.fresh(base, 16, 16, List.of("c_attn"), 5);
        Adapter same = Adapter.fresh(base, 16, 32, List.of("c_attn"), 5);
        Adapter other = Adapter.fresh(base, 16, 16, List.of("c_attn"), 6)) {
      float[] a = numbers(one.weights().get("transformer.h.0.attn.c_attn.lora_A.weight"));
      double squares = 0;
      for (float number : a) {
        assertThat(Math.abs(number)).isLessThanOrEqualTo((float) (1 / Math.sqrt(32)));
        squares += number * number;
      }
      assertThat(squares / a.length).isCloseTo(1.0 / 96, within(0.001));
      assertThat(numbers(one.weights().get("transformer.h.0.attn.c_attn.lora_B.weight")))
          .containsOnly(0);
      assertThat(numbers(same.weights().flat())).isEqualTo(numbers(one.weights().flat()));
      assertThat(numbers(other.weights().flat())).isNotEqualTo(numbers(one.weights().flat()));
    }
  }

  @Test
  void anAdaptedModelLeavesNoNativeObjectBehind() {
    try (Transformer base = frozen(Shape.GPT2)) {
      LeakCheck.cleansUp(
          () -> {
            try (Transformer adapted = adapted(base, Adapter.ALL_LINEAR);
                Transformer plain = base.with(null)) {
              backward(adapted);
              logits(adapted);
              logits(plain);
            }
          });
    }
  }
}
