package io.rlhf4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.LeakCheck;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The slow twin is {@link LmLoss} on logits that are really there. */
class ProjectedLmLossTest {
  private static final Offset<Double> TOLERANCE = within(1e-11);
  private static final long[] TARGETS = {0, 6, LmLoss.IGNORED, 3, 3};

  @BeforeEach
  void seed() {
    torch.manual_seed(1);
  }

  private static Tensor leaf(long rows, long columns) {
    return torch.randn(rows, columns).to(ScalarType.Double).set_requires_grad(true);
  }

  private static Tensor copy(Tensor leaf) {
    return leaf.detach().clone().set_requires_grad(true);
  }

  @Test
  void sumAndItsGradientsAreThoseOfTheLossOnLogits() {
    try (var scope = TensorScope.open()) {
      Tensor hidden = leaf(5, 4);
      Tensor head = leaf(7, 4);
      Tensor twinHidden = copy(hidden);
      Tensor twinHead = copy(head);
      Tensor targets = Host.longs(TARGETS, 5);
      Tensor loss = ProjectedLmLoss.sum(hidden, head, targets);
      Tensor twin = LmLoss.sum(torch.linear(twinHidden, twinHead), targets);
      assertThat(loss.item_double()).isCloseTo(twin.item_double(), TOLERANCE);
      loss.mul(new Scalar(27.8)).backward();
      twin.mul(new Scalar(27.8)).backward();
      agree(hidden.grad(), twinHidden.grad());
      agree(head.grad(), twinHead.grad());
    }
  }

  @Test
  void blocksAndSlicesOfAnyLengthGiveTheSameSums() {
    try (var scope = TensorScope.open()) {
      int rows = 37; // blocks are of 8, 16, 24 rows, or all
      Tensor hidden = leaf(rows, 4);
      Tensor head = leaf(7, 4);
      Tensor targets = torch.arange(new Scalar((long) rows)).remainder(new Scalar(7L));
      targets.narrow(0, 9, 1).fill_(new Scalar(LmLoss.IGNORED));
      Tensor weights = torch.randn(rows).to(ScalarType.Double);
      ProjectedLmLoss.weightedSum(hidden, head, targets, weights, 0.7).backward();
      for (long blockRows : new long[] {1, 16, 20, rows}) {
        for (long sliceRows : new long[] {1, 3, 8, blockRows}) {
          Tensor cutHidden = copy(hidden);
          Tensor cutHead = copy(head);
          ProjectedLmLoss.weightedSum(
                  cutHidden, cutHead, targets, weights, 0.7, blockRows * 7, sliceRows * 7)
              .backward();
          agree(cutHidden.grad(), hidden.grad());
          agree(cutHead.grad(), head.grad());
        }
      }
    }
  }

  @Test
  void inBfloat16AVocabularyOfAnOddSizeHasTheGradientsOfTheLossOnLogits() {
    try (var scope = TensorScope.open()) {
      Tensor hidden = torch.randn(20, 32).to(ScalarType.BFloat16).set_requires_grad(true);
      Tensor head = torch.randn(509, 32).mul(new Scalar(0.1)).set_requires_grad(true); // float32
      Tensor targets = torch.arange(new Scalar(489L), new Scalar(509L)).to(ScalarType.Long);
      ProjectedLmLoss.sum(hidden, head, targets).backward();
      Tensor twinHidden = copy(hidden.to(ScalarType.Float));
      Tensor twinHead = copy(head.to(ScalarType.BFloat16).to(ScalarType.Float));
      LmLoss.sum(torch.linear(twinHidden, twinHead), targets).backward();
      assertThat(Host.doubles(head.grad()))
          .containsExactly(Host.doubles(twinHead.grad()), within(2e-2));
      assertThat(Host.doubles(hidden.grad()))
          .containsExactly(Host.doubles(twinHidden.grad()), within(2e-2));
      assertThat(Host.doubles(twinHead.grad().abs().max())[0]).isGreaterThan(1);
    }
  }

  @Test
  void theTwoHalvesOfAnyLossOnLogProbabilitiesMakeItsGradient() {
    try (var scope = TensorScope.open()) {
      Tensor hidden = leaf(5, 4);
      Tensor head = leaf(7, 4);
      Tensor twinHidden = copy(hidden);
      Tensor twinHead = copy(head);
      Tensor targets = Host.longs(TARGETS, 5);

      Tensor logProbs =
          ProjectedLmLoss.tokenLogProbs(hidden, head, targets, 0.7).set_requires_grad(true);
      logProbs.exp().square().sum().backward();
      ProjectedLmLoss.weightedSum(hidden, head, targets, logProbs.grad(), 0.7).backward();

      Tensor logits = torch.linear(twinHidden, twinHead).div(new Scalar(0.7));
      Tensor twin = LmLoss.tokenLogProbs(logits, targets);
      agree(logProbs.detach(), twin.detach());
      twin.exp().square().sum().backward();
      agree(hidden.grad(), twinHidden.grad());
      agree(head.grad(), twinHead.grad());
    }
  }

  @Test
  void statisticsHoldLogProbabilitiesAndEntropies() {
    try (var scope = TensorScope.open()) {
      Tensor hidden = leaf(5, 4);
      Tensor head = leaf(7, 4);
      Tensor targets = Host.longs(TARGETS, 5);
      var statistics = ProjectedLmLoss.statistics(hidden, head, targets, 2);
      Tensor logits = torch.linear(hidden, head).div(new Scalar(2.0)).detach();
      agree(statistics.logProbs(), LmLoss.tokenLogProbs(logits, targets));
      agree(statistics.entropies(), LmLoss.entropy(logits));
      assertThat(statistics.logProbs().requires_grad()).isFalse();
    }
  }

  @Test
  void theMeanCountsTheTargetsThatAreNotIgnored() {
    try (var scope = TensorScope.open()) {
      Tensor hidden = leaf(5, 4);
      Tensor head = leaf(7, 4);
      Tensor targets = Host.longs(TARGETS, 5);
      assertThat(ProjectedLmLoss.mean(hidden, head, targets).item_double())
          .isCloseTo(LmLoss.mean(torch.linear(hidden, head), targets).item_double(), TOLERANCE);
      Tensor nothing = Host.longs(new long[] {-100, -100, -100, -100, -100}, 5);
      assertThat(ProjectedLmLoss.mean(hidden, head, nothing).item_double()).isZero();
    }
  }

  @Test
  void onlyWhatRequiresAGradientGetsOne() {
    try (var scope = TensorScope.open()) {
      Tensor hidden = leaf(5, 4);
      Tensor frozen = leaf(7, 4).detach();
      Tensor targets = Host.longs(TARGETS, 5);
      ProjectedLmLoss.sum(hidden, frozen, targets).backward();
      assertThat(hidden.grad().defined()).isTrue();
      assertThat(frozen.grad().defined()).isFalse();
      assertThat(ProjectedLmLoss.sum(hidden.detach(), frozen, targets).requires_grad()).isFalse();
    }
    try (var scope = TensorScope.withoutGradients()) {
      Tensor targets = Host.longs(TARGETS, 5);
      assertThat(ProjectedLmLoss.sum(leaf(5, 4), leaf(7, 4), targets).requires_grad()).isFalse();
    }
  }

  @Test
  void bfloat16KeepsFloat32StatisticsAndAnUnroundedUpstreamFactor() {
    try (var scope = TensorScope.open()) {
      Tensor hidden = torch.randn(64, 32).to(ScalarType.BFloat16).set_requires_grad(true);
      Tensor head = torch.randn(512, 32).mul(new Scalar(0.1)).set_requires_grad(true); // float32
      Tensor targets = torch.arange(new Scalar(64L)).to(ScalarType.Long);
      Tensor loss = ProjectedLmLoss.sum(hidden, head, targets);
      Tensor logits = torch.linear(hidden, head.to(ScalarType.BFloat16)).detach();
      assertThat(loss.scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertThat(loss.item_double())
          .isCloseTo(LmLoss.sum(logits, targets).item_double(), within(1e-3));
      loss.backward();
      Tensor twin = copy(head);
      // 1.001 is 1 in bfloat16
      ProjectedLmLoss.sum(hidden, twin, targets).mul(new Scalar(1.001)).backward();
      assertThat(Host.doubles(twin.grad()))
          .containsExactly(Host.doubles(head.grad().mul(new Scalar(1.001))), within(1e-5));
      assertThat(Host.doubles(head.grad().abs().max())[0]).isGreaterThan(1); // 1e-5 says something
    }
  }

  @Test
  void wrongShapesAndTemperaturesAreNamed() {
    try (var scope = TensorScope.open()) {
      Tensor targets = Host.longs(TARGETS, 5);
      assertThatThrownBy(() -> ProjectedLmLoss.sum(leaf(5, 4), leaf(7, 3), targets))
          .hasMessage("head [V, C] must have shape [any, 4], had [7, 3]");
      assertThatThrownBy(() -> ProjectedLmLoss.tokenLogProbs(leaf(5, 4), leaf(7, 4), targets, 0))
          .hasMessageContaining("above 0, was 0.0");
    }
  }

  @Test
  void nothingIsLeftBehind() {
    LeakCheck.leavesNothing(
        () -> {
          Tensor hidden = leaf(5, 4);
          Tensor head = leaf(7, 4);
          Tensor targets = Host.longs(TARGETS, 5);
          ProjectedLmLoss.mean(hidden, head, targets).backward();
          ProjectedLmLoss.statistics(hidden, head, targets, 1);
        });
  }

  private static void agree(Tensor actual, Tensor expected) {
    assertThat(Host.doubles(actual)).containsExactly(Host.doubles(expected), TOLERANCE);
  }
}
