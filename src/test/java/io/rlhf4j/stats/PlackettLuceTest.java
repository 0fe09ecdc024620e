package io.rlhf4j.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.data.InputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlackettLuceTest {
  @Test
  void likelihoodAndGradientEqualTheGoldenNumbers() {
    MathFixture fixture = MathFixture.read("plackett_luce");
    for (MathFixture.Case c : fixture.cases()) {
      double[] scores = MathFixture.doubles(c.input().get("scores"));
      int[] order =
          Arrays.stream(MathFixture.doubles(c.input().get("order")))
              .mapToInt(x -> (int) x)
              .toArray();
      assertThat(PlackettLuce.logLikelihood(scores, order))
          .as(c.name())
          .isCloseTo(c.expected().get("log_likelihood").asDouble(), fixture.tolerance());
      double[] wanted = MathFixture.doubles(c.expected().get("gradient"));
      double[] found = PlackettLuce.gradient(scores, order);
      for (int i = 0; i < wanted.length; i++) {
        assertThat(found[i]).as(c.name()).isCloseTo(wanted[i], fixture.tolerance());
      }
    }
  }

  @Test
  void rankingsOfTwoAreBradleyTerry() {
    double[][] wins = {{0, 5, 2}, {3, 0, 4}, {1, 6, 0}};
    List<int[]> orders = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < wins[i][j]; k++) {
          orders.add(new int[] {i, j});
        }
      }
    }
    BradleyTerry pairs = BradleyTerry.fit(List.of("a", "b", "c"), wins);
    PlackettLuce fit = PlackettLuce.fit(3, orders);
    for (int i = 0; i < 3; i++) {
      assertThat(fit.scores().get(i)).isCloseTo(pairs.scores().get(i), within(1e-8));
    }
    assertThat(fit.logLikelihood()).isCloseTo(pairs.logLikelihood(), within(1e-10));
  }

  @Test
  void theFitIsWhereTheGradientVanishes() {
    SplittableRandom random = new SplittableRandom(2);
    double[] truth = {1, 0.5, 0, -0.5, -1};
    List<int[]> orders = draw(truth, 5, 200, random);
    PlackettLuce fit = PlackettLuce.fit(5, orders);
    double[] scores = fit.scores().stream().mapToDouble(s -> s).toArray();
    double[] gradient = new double[5];
    double likelihood = 0;
    for (int[] order : orders) {
      double[] one = PlackettLuce.gradient(scores, order);
      Arrays.setAll(gradient, i -> gradient[i] + one[i]);
      likelihood += PlackettLuce.logLikelihood(scores, order);
    }
    for (double slope : gradient) {
      assertThat(slope).isCloseTo(0, within(1e-6));
    }
    assertThat(fit.logLikelihood()).isCloseTo(likelihood, within(1e-8));
  }

  @Test
  void itemsTiedForTheLastPlaceOnlyFollow() {
    // 0 first twice, 1 and 2 first once each, the others unordered: strengths 2 : 1 : 1.
    List<int[]> items =
        List.of(new int[] {0, 1, 2}, new int[] {0, 1, 2}, new int[] {0, 1, 2}, new int[] {0, 1, 2});
    List<int[]> ranks =
        List.of(new int[] {1, 2, 2}, new int[] {1, 2, 2}, new int[] {2, 1, 2}, new int[] {2, 2, 1});
    List<Double> scores = PlackettLuce.fit(3, items, ranks).scores();
    assertThat(scores.get(0) - scores.get(1)).isCloseTo(Math.log(2), within(1e-9));
    assertThat(scores.get(1) - scores.get(2)).isCloseTo(0, within(1e-9));
  }

  @Test
  void anItemThatIsAlwaysLastHasNoScore() {
    assertThatThrownBy(() -> PlackettLuce.fit(3, List.of(new int[] {0, 1, 2}, new int[] {1, 0, 2})))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("do not exist");
  }

  @Test
  void aHundredThousandRankingsOfNineAreFittedInFiveSeconds() {
    double[] truth = IntStream.range(0, 30).mapToDouble(i -> (i - 14.5) / 10).toArray();
    List<int[]> orders = draw(truth, 9, 100_000, new SplittableRandom(3));
    long start = System.nanoTime();
    PlackettLuce fit = PlackettLuce.fit(30, orders);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    for (int i = 0; i < truth.length; i++) {
      assertThat(fit.scores().get(i)).isCloseTo(truth[i], within(0.05));
    }
  }

  /** Rankings of k random items: exponential times with rates exp(score), the earliest first. */
  private static List<int[]> draw(double[] truth, int k, int count, SplittableRandom random) {
    List<int[]> orders = new ArrayList<>();
    for (int r = 0; r < count; r++) {
      int[] items = IntStream.range(0, truth.length).toArray();
      for (int i = 0; i < k; i++) {
        int other = i + random.nextInt(truth.length - i);
        int kept = items[i];
        items[i] = items[other];
        items[other] = kept;
      }
      double[] times = new double[truth.length];
      Arrays.setAll(times, i -> -Math.log(1 - random.nextDouble()) / Math.exp(truth[i]));
      orders.add(
          Arrays.stream(items, 0, k)
              .boxed()
              .sorted((a, b) -> Double.compare(times[a], times[b]))
              .mapToInt(i -> i)
              .toArray());
    }
    return orders;
  }
}
