package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.model.Weights;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class MuonTest {
  private static final Offset<Float> ROUNDING = within(1e-5f);

  @Test
  void aDiagonalMatrixKeepsItsDirectionsAndLosesItsScales() {
    // On a diagonal matrix the quintic acts on each number alone, after division by the norm 5.
    try (TensorScope scope = TensorScope.withoutGradients()) {
      float[] found =
          Host.floats(Muon.orthogonal(Host.floats(new float[] {3, 0, 0, -4}, 2, 2)).reshape(-1));
      assertThat(found)
          .containsExactly(
              new float[] {(float) quintic(3 / 5.0), 0, 0, (float) -quintic(4 / 5.0)}, ROUNDING);
      assertThat(found[0]).isBetween(0.65f, 1.25f);
      assertThat(-found[3]).isBetween(0.65f, 1.25f);
    }
  }

  @Test
  void allSingularValuesOfATallOrWideMatrixComeNearOne() {
    Random random = new Random(3);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      for (int[] shape : new int[][] {{6, 4}, {4, 6}}) {
        float[] values = new float[24];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextGaussian();
        }
        Tensor x = Muon.orthogonal(Host.floats(values, shape[0], shape[1]));
        Tensor gram = shape[0] < shape[1] ? x.matmul(x.t()) : x.t().matmul(x); // [4, 4]
        float[] products = Host.floats(gram.reshape(-1));
        for (int i = 0; i < 4; i++) {
          for (int j = 0; j < 4; j++) { // the identity, as near as five steps bring it
            assertThat(products[4 * i + j]).isCloseTo(i == j ? 1f : 0f, within(0.55f));
          }
        }
      }
    }
  }

  @Test
  void aStepIsWeightDecayAndTheOrthogonalizedNesterovMomentum() {
    // A column [a; b] has one singular value: its direction times the quintic of 1, stretched by
    // sqrt(2 rows / 1 column). First step: m = 0.05 g, and 0.05 g + 0.95 m points along g.
    try (Weights weights = new Weights(new Weights.Plan().add("layers.0.up.weight", 2, 1), true);
        TensorScope scope = TensorScope.withoutGradients()) {
      weights.flat().narrow(0, 0, 2).copy_(Host.floats(new float[] {1, 2}, 2));
      weights.gradient().narrow(0, 0, 2).copy_(Host.floats(new float[] {6, 8}, 2));
      try (Muon muon = new Muon(weights, 0.5)) {
        muon.step(0.1);
        double length = 0.1 * Math.sqrt(2) * quintic(1);
        assertThat(Host.floats(weights.get("layers.0.up.weight").detach().reshape(-1)))
            .containsExactly(
                new float[] {(float) (0.95 - 0.6 * length), (float) (1.9 - 0.8 * length)},
                ROUNDING);
        assertThat(Host.floats(muon.momentum().narrow(0, 0, 2)))
            .containsExactly(new float[] {0.3f, 0.4f}, ROUNDING);
      }
    }
  }

  @Test
  void stackedMatricesMoveAsEachWouldAlone() {
    Random random = new Random(5);
    float[] gradient = new float[12];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = (float) random.nextGaussian() * (i < 4 ? 100 : 1); // one far larger than two
    }
    float[] stacked =
        stepped(new Weights.Plan().add("layers.0.qkv.weight", parts(), 6, 2), gradient);
    for (int part = 0; part < 3; part++) {
      float[] own = Arrays.copyOfRange(gradient, 4 * part, 4 * part + 4);
      assertThat(Arrays.copyOfRange(stacked, 4 * part, 4 * part + 4))
          .containsExactly(
              stepped(new Weights.Plan().add("layers.0.out.weight", 2, 2), own), ROUNDING);
    }
  }

  private static List<Long> parts() {
    return List.of(2L, 2L, 2L);
  }

  /** Where a step of rate 1 takes zeros. */
  private static float[] stepped(Weights.Plan plan, float[] gradient) {
    try (Weights weights = new Weights(plan, true);
        TensorScope scope = TensorScope.withoutGradients()) {
      weights
          .gradient()
          .narrow(0, 0, gradient.length)
          .copy_(Host.floats(gradient, gradient.length));
      try (Muon muon = new Muon(weights, 0)) {
        muon.step(1);
        return Host.floats(weights.flat().narrow(0, 0, gradient.length));
      }
    }
  }

  @Test
  void embeddingsGainsAndHeadsStayWithAdam() {
    OptimizerConfig adamOnly = OptimizerConfig.paper(0.01);
    List<float[]> tokens = new ArrayList<>();
    List<float[]> matrices = new ArrayList<>();
    for (OptimizerConfig config : List.of(adamOnly, adamOnly.withMuon(0.02))) {
      Weights.Plan plan =
          new Weights.Plan()
              .add("tokens", 3, 2)
              .add("layers.0.qkv.weight", 2, 2)
              .add("layers.0.norm1.weight", 2)
              .add("norm.weight", 2);
      try (Weights weights = new Weights(plan, true);
          Updater updater = new Updater("policy", weights, config);
          TensorScope scope = TensorScope.withoutGradients()) {
        weights.gradient().fill_(new org.bytedeco.pytorch.Scalar(0.1));
        updater.update(0.01);
        tokens.add(Host.floats(weights.get("tokens").detach().reshape(-1)));
        tokens.add(Host.floats(weights.get("layers.0.norm1.weight").detach()));
        tokens.add(Host.floats(weights.get("norm.weight").detach()));
        matrices.add(Host.floats(weights.get("layers.0.qkv.weight").detach().reshape(-1)));
      }
    }
    for (int i = 0; i < 3; i++) {
      assertThat(tokens.get(3 + i)).containsExactly(tokens.get(i), within(0f));
      assertThat(tokens.get(i)[0]).isNegative();
    }
    // The gradient has rank 1: every number of the update is half its length.
    assertThat(matrices.get(1)[0]).isCloseTo((float) (-0.02 * quintic(1) / 2), ROUNDING);
    assertThat(matrices.get(0)[0]).isCloseTo(-0.01f, ROUNDING);
  }

  /** The authors' quintic, five times over, on one singular value. */
  private static double quintic(double value) {
    double x = value;
    for (int i = 0; i < 5; i++) {
      x = 3.4445 * x - 4.7750 * Math.pow(x, 3) + 2.0315 * Math.pow(x, 5);
    }
    return x;
  }
}
