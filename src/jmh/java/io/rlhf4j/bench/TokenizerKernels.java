package io.rlhf4j.bench;

import io.rlhf4j.tokenizer.BpeTrainer;
import io.rlhf4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Texts of 200 words to tokens: one, and a hundred at once. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls the setup
public class TokenizerKernels {
  private List<String> texts;
  private Tokenizer tokenizer;

  @Setup
  public void learn() throws IOException {
    texts = new RandomText(1).documents(100);
    BpeTrainer trainer = new BpeTrainer(2048, 2);
    texts.forEach(trainer::add);
    Path folder = Files.createTempDirectory("rlhf4j-kernels");
    trainer.train().saveTo(folder, 1024);
    tokenizer = Tokenizer.load(folder);
  }

  @Benchmark
  public int[] encode() {
    return tokenizer.encode(texts.get(0));
  }

  @Benchmark
  public List<int[]> encodeAll() {
    return tokenizer.encodeAll(texts);
  }

  @TearDown
  public void close() {
    tokenizer.close();
  }
}
