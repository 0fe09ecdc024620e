package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.GoldenCase;
import io.rlhf4j.LeakCheck;
import io.rlhf4j.data.InputException;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import io.rlhf4j.train.AdamW.EpsilonForm;
import io.rlhf4j.train.AdamW.Range;
import io.rlhf4j.train.AdamW.Settings;
import java.util.List;
import java.util.Locale;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class AdamWTest {
  private static final Offset<Double> TOLERANCE = within(1e-12);

  @Test
  void everyStepAgreesWithTheGoldenFileInBothEpsilonForms() {
    for (GoldenCase golden : GoldenCase.all("adamw.json")) {
      var settings =
          new Settings(
              golden.number("beta1"),
              golden.number("beta2"),
              golden.number("eps"),
              golden.number("weight_decay"),
              EpsilonForm.valueOf(golden.input().get("form").asText().toUpperCase(Locale.ROOT)));
      try (var scope = TensorScope.open()) {
        Tensor parameters = golden.tensor("parameters");
        try (var adam = new AdamW(parameters, settings, everything(parameters))) {
          for (JsonNode expected : golden.expected().get("steps")) {
            int step = expected.get("step").asInt();
            Tensor gradients = GoldenCase.tensor(golden.input().get("gradients").get(step - 1));
            adam.step(gradients, golden.number("lr"));
            String place = golden + ", step " + step;
            assertThat(Host.doubles(parameters))
                .as(place)
                .containsExactly(GoldenCase.numbers(expected.get("parameters")), TOLERANCE);
            assertThat(Host.doubles(adam.mean()))
                .as(place)
                .containsExactly(GoldenCase.numbers(expected.get("m")), TOLERANCE);
            assertThat(Host.doubles(adam.square()))
                .as(place)
                .containsExactly(GoldenCase.numbers(expected.get("v")), TOLERANCE);
          }
        }
      }
    }
  }

  @Test
  void decayTouchesItsRangesOnly() {
    try (var scope = TensorScope.open()) {
      Tensor parameters = Host.doubles(new double[] {1, 1, 1, 1, 1}, 5);
      var settings = new Settings(0.9, 0.95, 1e-8, 0.5, EpsilonForm.PYTORCH);
      try (var adam = new AdamW(parameters, settings, List.of(new Range(0, 1), new Range(2, 4)))) {
        adam.step(torch.zeros_like(parameters), 0.1);
      }
      // No gradient, so only p (1 - 0.1 * 0.5) acts.
      assertThat(Host.doubles(parameters))
          .containsExactly(new double[] {0.95, 1, 0.95, 0.95, 1}, TOLERANCE);
    }
  }

  @Test
  void aLargeBufferGetsTheSameUpdateAsThePlainFormula() {
    long size = 300_001;
    try (var scope = TensorScope.open()) {
      Tensor parameters = torch.randn(size).to(ScalarType.Double);
      Tensor gradients = torch.randn(size).to(ScalarType.Double);
      double[] p = Host.doubles(parameters);
      double[] g = Host.doubles(gradients);
      double[] m = new double[p.length];
      double[] v = new double[p.length];
      var settings = new Settings(0.9, 0.95, 1e-8, 0.1, EpsilonForm.PYTORCH);
      var decayed = new Range(100, 250_000);
      try (var adam = new AdamW(parameters, settings, List.of(decayed))) {
        for (int t = 1; t <= 2; t++) {
          adam.step(gradients, 0.01);
          for (int i = 0; i < p.length; i++) {
            boolean decays = i >= 100 && i < 250_000;
            p[i] -= decays ? 0.01 * 0.1 * p[i] : 0;
            m[i] = 0.9 * m[i] + 0.1 * g[i];
            v[i] = 0.95 * v[i] + 0.05 * g[i] * g[i];
            double mHat = m[i] / (1 - Math.pow(0.9, t));
            double vHat = v[i] / (1 - Math.pow(0.95, t));
            p[i] -= 0.01 * mHat / (Math.sqrt(vHat) + 1e-8);
          }
        }
      }
      assertThat(largestDifference(Host.doubles(parameters), p)).isLessThan(1e-12);
    }
  }

  @Test
  void theNormOfManyNumbersIsExactToFiveDigits() {
    try (var scope = TensorScope.withoutGradients()) {
      Tensor gradients =
          torch.randn(5_000_003).mul_(new Scalar(0.1)); // with a rest beyond the parts
      double exact = Math.sqrt(gradients.to(ScalarType.Double).square().sum().item_double());
      assertThat(AdamW.norm(gradients)).isCloseTo(exact, withinPercentage(0.001));
    }
  }

  @Test
  void clippingScalesTheGradientToTheLargestNorm() {
    try (var scope = TensorScope.open()) {
      Tensor gradients = Host.doubles(new double[] {3, 4}, 2);
      assertThat(AdamW.clip(gradients, 10)).isCloseTo(5, TOLERANCE);
      assertThat(Host.doubles(gradients)).containsExactly(3, 4);
      assertThat(AdamW.clip(gradients, 1)).isCloseTo(5, TOLERANCE);
      // 3 / (5 + 1e-6), 4 / (5 + 1e-6): PyTorch's guard against division by zero.
      assertThat(Host.doubles(gradients))
          .containsExactly(new double[] {3 / 5.000001, 4 / 5.000001}, TOLERANCE);
    }
  }

  @Test
  void aClippedStepIsTheStepAfterClipping() {
    try (var scope = TensorScope.open()) {
      Tensor one = Host.doubles(new double[] {1, 2}, 2);
      Tensor two = one.clone();
      Tensor gradients = Host.doubles(new double[] {3, 4}, 2);
      try (var a = new AdamW(one, Settings.instructGpt(), List.of());
          var b = new AdamW(two, Settings.instructGpt(), List.of())) {
        Tensor clipped = gradients.clone();
        AdamW.clip(clipped, 0.5);
        a.step(clipped, 0.1);
        assertThat(b.clippedStep(gradients, 0.1, 0.5)).isCloseTo(5, TOLERANCE);
        assertThat(Host.doubles(b.mean())).containsExactly(Host.doubles(a.mean()), TOLERANCE);
      }
      assertThat(Host.doubles(two)).containsExactly(Host.doubles(one), TOLERANCE);
    }
  }

  @Test
  void aGradientThatIsNotFiniteChangesNothing() {
    try (var scope = TensorScope.open()) {
      Tensor parameters = Host.doubles(new double[] {1, 2}, 2);
      try (var adam = new AdamW(parameters, Settings.instructGpt(), List.of())) {
        double norm = adam.clippedStep(Host.doubles(new double[] {1, Double.NaN}, 2), 0.1, 1);
        assertThat(norm).isNaN();
        assertThat(adam.steps()).isZero();
        assertThat(Host.doubles(adam.mean())).containsExactly(0, 0);
      }
      assertThat(Host.doubles(parameters)).containsExactly(1, 2);
    }
  }

  @Test
  void aRestoredOptimizerGoesOnAsIfItHadNeverStopped() {
    try (var scope = TensorScope.open()) {
      Tensor straight = Host.doubles(new double[] {1, 2}, 2);
      Tensor gradients = Host.doubles(new double[] {0.3, -0.4}, 2);
      try (var first = new AdamW(straight, Settings.instructGpt(), List.of())) {
        first.step(gradients, 0.1);
        Tensor resumed = straight.clone();
        try (var second = new AdamW(resumed, Settings.instructGpt(), List.of())) {
          second.restore(first.mean(), first.square(), first.steps());
          first.step(gradients, 0.1);
          second.step(gradients, 0.1);
          assertThat(second.steps()).isEqualTo(2);
        }
        assertThat(Host.doubles(resumed)).containsExactly(Host.doubles(straight));
      }
    }
  }

  @Test
  void parametersThatRequireGradientsAreUpdatedInPlaceWithoutAGraph() {
    try (var scope = TensorScope.open()) {
      Tensor parameters = torch.ones(3).set_requires_grad(true);
      parameters.square().sum().backward();
      try (var adam = new AdamW(parameters, Settings.instructGpt(), List.of())) {
        adam.step(parameters.grad(), 0.5);
      }
      assertThat(Host.floats(parameters))
          .containsExactly(new float[] {.5f, .5f, .5f}, within(1e-6f));
      assertThat(parameters.is_leaf()).isTrue();
    }
  }

  @Test
  void theMomentsOutliveTheScopeTheyWereMadeInAndCloseFreesEverything() {
    try (var scope = TensorScope.open()) {
      Tensor parameters = scope.keep(torch.ones(1000));
      Tensor gradients = torch.ones(1000);
      LeakCheck.cleansUp(() -> run(parameters, gradients));
    }
  }

  private static void run(Tensor parameters, Tensor gradients) {
    AdamW adam;
    try (var inner = TensorScope.open()) {
      adam = new AdamW(parameters, Settings.instructGpt(), everything(parameters));
    }
    adam.clippedStep(gradients, 0.1, 1);
    adam.step(gradients, 0.1);
    assertThat(adam.mean().isNull()).isFalse();
    adam.close();
  }

  @Test
  void impossibleSettingsAreRefused() {
    assertThatThrownBy(() -> new Settings(1, 0.95, 1e-8, 0, EpsilonForm.PYTORCH))
        .isInstanceOf(InputException.class)
        .hasMessage("beta1 must be in [0, 1), was 1.0; 0.9 is usual");
    assertThatThrownBy(() -> new Settings(0.9, 0.95, 0, 0, EpsilonForm.PYTORCH))
        .hasMessageContaining("epsilon must be in (0, 1), was 0.0");
    assertThatThrownBy(() -> new Settings(0.9, 0.95, 1e-8, -1, EpsilonForm.PYTORCH))
        .hasMessageContaining("weight_decay");
    try (var scope = TensorScope.open()) {
      assertThatThrownBy(
              () -> new AdamW(torch.ones(2), Settings.instructGpt(), List.of(new Range(0, 3))))
          .hasMessageContaining("beyond the 2 parameters");
    }
  }

  private static List<Range> everything(Tensor parameters) {
    return List.of(new Range(0, parameters.size(0)));
  }

  private static double largestDifference(double[] a, double[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}
