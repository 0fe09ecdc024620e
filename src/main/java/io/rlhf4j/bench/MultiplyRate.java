package io.rlhf4j.bench;

import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How fast this machine multiplies matrices of one shape at this moment: x [n, k] times w [m, k]
 * transposed, as in every linear layer.
 */
record MultiplyRate(long n, long k, long m, ScalarType type) {
  private static final int PRODUCTS = 10;

  /** The widest product of a layer in a training step. */
  static MultiplyRate of(Sizes sizes) {
    return new MultiplyRate(
        (long) sizes.batch() * sizes.length(),
        sizes.width(),
        4L * sizes.width(),
        sizes.precision().type());
  }

  /** Floating-point operations per second over a few products, now. */
  double now() {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      TensorOptions options = new TensorOptions(type);
      Tensor x = torch.ones(new long[] {n, k}, options);
      Tensor w = torch.ones(new long[] {m, k}, options);
      Tensor out = torch.linear(x, w); // takes the memory and chooses the kernel
      long start = System.nanoTime();
      for (int i = 0; i < PRODUCTS; i++) {
        torch.linear_out(out, x, w);
      }
      return PRODUCTS * 2.0 * n * k * m / ((System.nanoTime() - start) / 1e9);
    }
  }

  String shape() {
    return "%d x %d times %d x %d, transposed".formatted(n, k, m, k);
  }
}
