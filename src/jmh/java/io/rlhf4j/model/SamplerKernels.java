package io.rlhf4j.model;

import io.rlhf4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The next token of each of 32 rows. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, then calls the setup
public class SamplerKernels {
  private static final int ROWS = 32;

  @Param({"8192", "50257"})
  public int vocabulary;

  private Tensor logits; // [B, V]
  private float[] uniforms;

  @Setup
  public void draw() {
    logits = torch.randn(ROWS, vocabulary).to(Precision.best().type());
    uniforms = new float[ROWS];
    Arrays.fill(uniforms, 0.5f);
  }

  @Benchmark
  public int[] plain() {
    return choose(new Sampling(1, 0, 1, 1));
  }

  @Benchmark
  public int[] topK() {
    return choose(new Sampling(1, 50, 1, 1));
  }

  @Benchmark
  public int[] topP() {
    return choose(new Sampling(1, 0, 0.9, 1));
  }

  @Benchmark
  public int[] greedy() {
    return choose(new Sampling(0, 0, 1, 1));
  }

  private int[] choose(Sampling sampling) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return Sampler.choose(logits, sampling, uniforms).tokens();
    }
  }
}
