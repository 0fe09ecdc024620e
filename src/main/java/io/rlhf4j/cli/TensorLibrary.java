package io.rlhf4j.cli;

import io.rlhf4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Whether libtorch loads, and how fast it multiplies. */
final class TensorLibrary {
  private static final int SIZE = 1024;
  private static final int RUNS = 7;

  private TensorLibrary() {}

  static List<Check> checks() {
    try {
      torch.manual_seed(1);
    } catch (LinkageError e) {
      return List.of(
          Check.broken(
              "libtorch",
              "does not load: " + firstLine(e),
              "Run ./mvnw -U process-classes to fetch its native files again; rlhf4j knows Linux on"
                  + " x86-64 and ARM64 (glibc), macOS on ARM64 and Windows on x86-64."));
    }
    @Nullable String version = torch.class.getPackage().getImplementationVersion();
    return List.of(
        Check.fine(
            "libtorch",
            (version == null ? "version unknown" : version)
                + ", "
                + torch.get_num_threads()
                + " threads"),
        matmul("matmul f32", ScalarType.Float),
        matmul("matmul bf16", ScalarType.BFloat16));
  }

  /** x [n, n] times W^T [n, n], the product training consists of; the median of a few. */
  private static Check matmul(String what, ScalarType type) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor x = torch.randn(new long[] {SIZE, SIZE}).to(type);
      Tensor w = torch.randn(new long[] {SIZE, SIZE}).to(type);
      double[] seconds = new double[RUNS];
      for (int i = 0; i < RUNS; i++) {
        long begin = System.nanoTime();
        torch.linear(x, w);
        seconds[i] = (System.nanoTime() - begin) * 1e-9;
      }
      Arrays.sort(seconds);
      double gflops = 2.0 * SIZE * SIZE * SIZE / seconds[RUNS / 2] / 1e9;
      return Check.fine(
          what,
          String.format(
              Locale.ROOT, "%.0f GFLOP/s (%d x %d, median of %d)", gflops, SIZE, SIZE, RUNS));
    }
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
