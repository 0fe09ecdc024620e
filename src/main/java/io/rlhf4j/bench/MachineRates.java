package io.rlhf4j.bench;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.rlhf4j.tensor.Libtorch;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What the machine itself can do: how fast it multiplies matrices, and how fast it reads and writes
 * memory.
 *
 * @param side of the square matrices that are multiplied
 * @param floats of each of the three arrays that the triad walks: far more than the caches hold
 * @param repetitions whose median counts
 */
public record MachineRates(int side, long floats, int repetitions) {
  /** 2048 x 2048, and arrays of 256 MiB: several times the last cache of most machines. */
  public static MachineRates standard(int repetitions) {
    return new MachineRates(2048, 1L << 26, repetitions);
  }

  /**
   * The rates on so many threads.
   *
   * @param triadBytesPerSecond a = b + s c over float32, three arrays counted
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Row(
      int threads,
      double float32FlopPerSecond,
      double bfloat16FlopPerSecond,
      double triadBytesPerSecond) {
    /** The columns' names. */
    public static String heading() {
      return String.format(
          Locale.ROOT,
          "%-19s%16s%18s%14s",
          "threads",
          "float32 GFLOP/s",
          "bfloat16 GFLOP/s",
          "triad GB/s");
    }

    /** As a person reads it below the {@link #heading}. */
    public String text() {
      return String.format(
          Locale.ROOT,
          "%-19d%16.0f%18.0f%14.1f",
          threads,
          float32FlopPerSecond / 1e9,
          bfloat16FlopPerSecond / 1e9,
          triadBytesPerSecond / 1e9);
    }
  }

  /** One row per number of threads: 1, 2, 4 and so on, and all that this process uses. */
  public List<Row> measure() {
    int all = Libtorch.threads();
    int blas = Libtorch.blasThreads();
    TreeSet<Integer> counts = new TreeSet<>(List.of(all));
    for (int threads = 1; threads < all; threads *= 2) {
      counts.add(threads);
    }
    try {
      List<Row> rows = new ArrayList<>();
      for (int threads : counts) {
        Libtorch.useThreads(threads);
        Libtorch.useBlasThreads(threads);
        rows.add(
            new Row(threads, multiply(ScalarType.Float), multiply(ScalarType.BFloat16), triad()));
      }
      return rows;
    } finally {
      Libtorch.useThreads(all);
      Libtorch.useBlasThreads(blas);
    }
  }

  private double multiply(ScalarType type) {
    List<Double> rates = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      rates.add(new MultiplyRate(side, side, side, type).now());
    }
    return Times.median(rates);
  }

  private double triad() {
    Times times = new Times();
    try (TensorScope scope = TensorScope.withoutGradients()) {
      TensorOptions options = new TensorOptions(ScalarType.Float);
      Tensor a = torch.zeros(new long[] {floats}, options);
      Tensor b = torch.ones(new long[] {floats}, options);
      Tensor c = torch.ones(new long[] {floats}, options);
      Scalar s = new Scalar(3.0);
      torch.add_out(a, b, c, s); // each page is there before the clock runs
      for (int i = 0; i < repetitions; i++) {
        times.time(() -> torch.add_out(a, b, c, s));
      }
    }
    return 3.0 * Float.BYTES * floats / times.median();
  }
}
