package io.rlhf4j.bench;

import io.rlhf4j.loss.RankingLoss;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The reward model's loss of 64 rankings of 9 completions, forwards and backwards. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls the setup
public class RankingLossKernels {
  private static final int RANKINGS = 64;
  private static final int K = 9;
  private static final int PAIRS = K * (K - 1) / 2;

  private Tensor scores; // [S]
  private Tensor winners; // [P]
  private Tensor losers; // [P]
  private Tensor weights; // [P]

  @Setup
  public void rank() {
    int[] better = new int[RANKINGS * PAIRS];
    int[] worse = new int[RANKINGS * PAIRS];
    int at = 0;
    for (int ranking = 0; ranking < RANKINGS; ranking++) {
      for (int i = 0; i < K; i++) {
        for (int j = i + 1; j < K; j++) {
          better[at] = ranking * K + i;
          worse[at++] = ranking * K + j;
        }
      }
    }
    scores = torch.randn(RANKINGS * K).set_requires_grad(true);
    winners = Host.longs(better, better.length);
    losers = Host.longs(worse, worse.length);
    weights = torch.ones(better.length).div(torch.tensor(PAIRS));
  }

  @Benchmark
  public double pairwise() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor loss = RankingLoss.pairwise(scores, winners, losers, weights, RANKINGS).loss();
      loss.backward();
      return loss.item_double();
    }
  }
}
