package io.rlhf4j.bench;

import io.rlhf4j.loss.ProjectedLmLoss;
import io.rlhf4j.model.Precision;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
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

/** The language-model loss of 2048 tokens from hidden states, forwards and backwards. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, then calls the setup
public class LmLossKernels {
  private static final int TOKENS = 2048;
  private static final int WIDTH = 384;

  @Param({"8192", "50257"})
  public int vocabulary;

  private Tensor hidden; // [N, C]
  private Tensor head; // [V, C]
  private Tensor targets; // [N]

  @Setup
  public void draw() {
    ScalarType type = Precision.best().type();
    hidden = torch.randn(TOKENS, WIDTH).to(type).set_requires_grad(true);
    head = torch.randn(vocabulary, WIDTH).to(type).set_requires_grad(true);
    targets = Host.longs(new Random(1).ints(TOKENS, 0, vocabulary).toArray(), TOKENS);
  }

  @Benchmark
  public double projected() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor loss = ProjectedLmLoss.sum(hidden, head, targets);
      loss.backward();
      return loss.item_double();
    }
  }

  /** What everybody writes first. */
  @Benchmark
  public double logSoftmaxAndGather() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor logits = torch.linear(hidden, head).to(ScalarType.Float);
      Tensor logprobs = torch.log_softmax(logits, -1);
      Tensor loss = logprobs.gather(1, targets.unsqueeze(1)).sum().neg();
      loss.backward();
      return loss.item_double();
    }
  }
}
