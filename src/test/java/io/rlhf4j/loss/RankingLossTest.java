package io.rlhf4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.GoldenCase;
import io.rlhf4j.LeakCheck;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class RankingLossTest {
  private static final Offset<Double> TOLERANCE = within(1e-9);

  /** The pairs of some rankings, collected as a trainer does. */
  private static final class Pairs {
    final List<Long> winners = new ArrayList<>();
    final List<Long> losers = new ArrayList<>();
    final List<Double> weights = new ArrayList<>();
    final List<Double> scores = new ArrayList<>();

    /** Adds one ranking; each pair weighs 1 / (kept pairs) or 1 / C(K, 2). */
    Pairs add(JsonNode rewards, JsonNode ranks, boolean overChoose) {
      int base = scores.size();
      int kept = 0;
      for (int i = 0; i < ranks.size(); i++) {
        for (int j = 0; j < ranks.size(); j++) {
          if (ranks.get(i).asInt() < ranks.get(j).asInt()) {
            winners.add((long) base + i);
            losers.add((long) base + j);
            kept++;
          }
        }
      }
      int divisor = overChoose ? ranks.size() * (ranks.size() - 1) / 2 : kept;
      for (int i = 0; i < kept; i++) {
        weights.add(1.0 / divisor);
      }
      rewards.forEach(r -> scores.add(r.asDouble()));
      return this;
    }

    RankingLoss.Result loss(Tensor leaf, long rankings) {
      return RankingLoss.pairwise(
          leaf,
          Host.longs(winners.stream().mapToLong(Long::longValue).toArray(), winners.size()),
          Host.longs(losers.stream().mapToLong(Long::longValue).toArray(), losers.size()),
          Host.doubles(weights.stream().mapToDouble(Double::doubleValue).toArray(), weights.size()),
          rankings);
    }

    Tensor leaf() {
      double[] numbers = scores.stream().mapToDouble(Double::doubleValue).toArray();
      return Host.doubles(numbers, numbers.length).set_requires_grad(true);
    }
  }

  @Test
  void oneRankingAgreesWithTheGoldenFileInBothWeightings() {
    for (GoldenCase golden : GoldenCase.all("reward_model_loss.json")) {
      if (!golden.input().has("rewards")) {
        continue; // the batch of several prompts, below
      }
      check(golden, false, "loss", "gradient");
      check(golden, true, "loss_over_choose", "gradient_over_choose");
    }
  }

  private static void check(GoldenCase golden, boolean overChoose, String loss, String gradient) {
    try (var scope = TensorScope.open()) {
      var pairs =
          new Pairs().add(golden.input().get("rewards"), golden.input().get("ranks"), overChoose);
      Tensor leaf = pairs.leaf();
      RankingLoss.Result result = pairs.loss(leaf, 1);
      result.loss().backward();
      Offset<Double> tolerance = within(golden.tolerance());
      assertThat(result.loss().item_double())
          .as(golden.name())
          .isCloseTo(golden.expectedNumber(loss), tolerance);
      assertThat(Host.doubles(leaf.grad()))
          .as(golden.name())
          .containsExactly(golden.expectedNumbers(gradient), tolerance);
      RankingLoss.Stats stats = result.stats();
      assertThat(stats.pairs()).isEqualTo((long) golden.expectedNumber("number_of_pairs"));
      double accuracy = golden.expected().get("accuracy").asDouble(0);
      assertThat(stats.accuracy()).as(golden.name()).isCloseTo(accuracy, tolerance);
    }
  }

  @Test
  void aBatchOfRankingsAgreesWithTheGoldenFileByRankingAndByPair() {
    for (GoldenCase golden : GoldenCase.all("reward_model_loss.json")) {
      if (!golden.input().has("prompts")) {
        continue;
      }
      var pairs = new Pairs();
      for (JsonNode prompt : golden.input().get("prompts")) {
        pairs.add(prompt.get("rewards"), prompt.get("ranks"), false);
      }
      checkBatch(
          pairs,
          golden.input().get("prompts").size(),
          golden,
          "loss_mean_over_prompts",
          "gradient_mean_over_prompts");
      pairs.weights.replaceAll(w -> 1.0);
      checkBatch(
          pairs,
          pairs.winners.size(),
          golden,
          "loss_mean_over_all_pairs",
          "gradient_mean_over_all_pairs");
    }
  }

  private static void checkBatch(
      Pairs pairs, long rankings, GoldenCase golden, String loss, String gradient) {
    try (var scope = TensorScope.open()) {
      Tensor leaf = pairs.leaf();
      Tensor out = pairs.loss(leaf, rankings).loss();
      out.backward();
      assertThat(out.item_double()).isCloseTo(golden.expectedNumber(loss), TOLERANCE);
      assertThat(Host.doubles(leaf.grad()))
          .containsExactly(golden.expectedNumbers(gradient), TOLERANCE);
    }
  }

  @Test
  void accuracyCountsStrictWinsAndMarginIsTheMeanDifference() {
    try (var scope = TensorScope.open()) {
      Tensor scores = Host.doubles(new double[] {3, 1, 1}, 3);
      var result =
          RankingLoss.pairwise(
              scores,
              Host.longs(new long[] {0, 1, 2}, 3),
              Host.longs(new long[] {1, 2, 0}, 3),
              torch.ones(3),
              3);
      // Differences 2, 0, -2: one win, one draw (no win), one loss.
      assertThat(result.stats().accuracy()).isCloseTo(1.0 / 3, TOLERANCE);
      assertThat(result.stats().margin()).isCloseTo(0, TOLERANCE);
      assertThat(result.packed().requires_grad()).isFalse();
    }
  }

  @Test
  void bfloat16ScoresAreComparedInFloat32() {
    try (var scope = TensorScope.open()) {
      Tensor scores = torch.ones(2).to(ScalarType.BFloat16);
      var result =
          RankingLoss.pairwise(
              scores,
              Host.longs(new long[] {0}, 1),
              Host.longs(new long[] {1}, 1),
              torch.ones(1),
              1);
      assertThat(result.loss().item_double()).isCloseTo(Math.log(2), within(1e-6));
    }
  }

  @Test
  void wrongShapesAreNamed() {
    try (var scope = TensorScope.open()) {
      Tensor pair = Host.longs(new long[] {0}, 1);
      assertThatThrownBy(
              () -> RankingLoss.pairwise(torch.zeros(2, 1), pair, pair, torch.ones(1), 1))
          .hasMessage("scores [S] must have shape [any], had [2, 1]");
      assertThatThrownBy(() -> RankingLoss.pairwise(torch.zeros(2), pair, pair, torch.ones(1), 0))
          .hasMessage("rankings must be at least 1, was 0");
    }
  }

  @Test
  void plackettLuceAgreesWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("plackett_luce.json")) {
      try (var scope = TensorScope.open()) {
        Tensor leaf = golden.leaf("scores");
        long[] order = order(golden);
        int placed = golden.input().get("order").size();
        double[] known = new double[order.length];
        Arrays.fill(known, 0, placed, 1);
        Tensor sorted = leaf.index_select(0, Host.longs(order, order.length)).unsqueeze(0);
        Tensor out =
            PlackettLuceLoss.logLikelihood(
                sorted, torch.ones(1, order.length), Host.doubles(known, 1, order.length));
        out.sum().backward();
        Offset<Double> tolerance = within(golden.tolerance());
        assertThat(out.item_double())
            .as(golden.name())
            .isCloseTo(golden.expectedNumber("log_likelihood"), tolerance);
        assertThat(Host.doubles(leaf.grad()))
            .as(golden.name())
            .containsExactly(golden.expectedNumbers("gradient"), tolerance);
      }
    }
  }

  /** The given order, then everything else. */
  private static long[] order(GoldenCase golden) {
    List<Long> order = new ArrayList<>();
    golden.input().get("order").forEach(i -> order.add(i.asLong()));
    for (long i = 0; i < golden.input().get("scores").size(); i++) {
      if (!order.contains(i)) {
        order.add(i);
      }
    }
    return order.stream().mapToLong(Long::longValue).toArray();
  }

  @Test
  void paddingOfAPlackettLuceGroupTouchesNothing() {
    try (var scope = TensorScope.open()) {
      double nan = Double.NaN;
      Tensor padded = Host.doubles(new double[] {1, 0, nan, 2, 1, 0}, 2, 3).set_requires_grad(true);
      Tensor present = Host.doubles(new double[] {1, 1, 0, 1, 1, 1}, 2, 3);
      Tensor out = PlackettLuceLoss.logLikelihood(padded, present, present);
      // Row 0: log sigmoid(1).
      assertThat(Host.doubles(out)[0]).isCloseTo(-Math.log1p(Math.exp(-1)), TOLERANCE);
      PlackettLuceLoss.mean(padded, present, present).backward();
      assertThat(Host.doubles(padded.grad())).doesNotContain(nan);
      assertThat(Host.doubles(padded.grad())[2]).isEqualTo(0.0);
    }
  }

  @Test
  void nothingIsLeftBehind() {
    LeakCheck.leavesNothing(
        () -> {
          Tensor scores = torch.zeros(2).set_requires_grad(true);
          var result =
              RankingLoss.pairwise(
                  scores,
                  Host.longs(new long[] {0}, 1),
                  Host.longs(new long[] {1}, 1),
                  torch.ones(1),
                  1);
          result.loss().backward();
          result.stats();
          Tensor group = torch.zeros(1, 2);
          PlackettLuceLoss.mean(group, torch.ones(1, 2), torch.ones(1, 2));
        });
  }
}
