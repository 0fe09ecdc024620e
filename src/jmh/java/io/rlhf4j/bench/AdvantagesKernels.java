package io.rlhf4j.bench;

import io.rlhf4j.loss.Advantages;
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

/** Generalised advantage estimation over 512 episodes of 128 tokens. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls the setup
public class AdvantagesKernels {
  private Tensor rewards; // [B, A]
  private Tensor values; // [B, A]
  private Tensor mask; // [B, A]

  @Setup
  public void draw() {
    rewards = torch.randn(512, 128);
    values = torch.randn(512, 128);
    mask = torch.ones(512, 128);
  }

  @Benchmark
  public long gae() {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return Advantages.gae(rewards, values, mask, 1, 0.95).advantages().numel();
    }
  }
}
