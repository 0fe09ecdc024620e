package io.rlhf4j.tensor;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Java arrays to tensors and back. Every tensor made here owns a copy of its numbers. */
public final class Host {
  private Host() {}

  /** A float32 tensor of the given shape, row-major. */
  public static Tensor floats(float[] values, long... shape) {
    try (FloatPointer p = new FloatPointer(values)) {
      return torch.from_blob(p, shape, options(ScalarType.Float)).clone();
    }
  }

  /** A float64 tensor of the given shape, row-major. */
  public static Tensor doubles(double[] values, long... shape) {
    try (DoublePointer p = new DoublePointer(values)) {
      return torch.from_blob(p, shape, options(ScalarType.Double)).clone();
    }
  }

  /** An int64 tensor of the given shape, row-major. */
  public static Tensor longs(long[] values, long... shape) {
    try (LongPointer p = new LongPointer(values)) {
      return torch.from_blob(p, shape, options(ScalarType.Long)).clone();
    }
  }

  /** An int64 tensor of the given shape, row-major, from ints. */
  public static Tensor longs(int[] values, long... shape) {
    try (IntPointer p = new IntPointer(values)) {
      return torch.from_blob(p, shape, options(ScalarType.Int)).to(ScalarType.Long);
    }
  }

  /** A tensor's numbers as floats, row-major, whatever its dtype and layout. */
  public static float[] floats(Tensor tensor) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor host = tensor.detach().to(ScalarType.Float).cpu().contiguous();
      float[] out = new float[Math.toIntExact(host.numel())];
      if (out.length > 0) {
        new FloatPointer(host.data_ptr_float()).get(out);
      }
      return out;
    }
  }

  /** A tensor's numbers as doubles, row-major. */
  public static double[] doubles(Tensor tensor) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor host = tensor.detach().to(ScalarType.Double).cpu().contiguous();
      double[] out = new double[Math.toIntExact(host.numel())];
      if (out.length > 0) {
        new DoublePointer(host.data_ptr_double()).get(out);
      }
      return out;
    }
  }

  /** A tensor's numbers as longs, row-major. */
  public static long[] longs(Tensor tensor) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor host = tensor.detach().to(ScalarType.Long).cpu().contiguous();
      long[] out = new long[Math.toIntExact(host.numel())];
      if (out.length > 0) {
        new LongPointer(host.data_ptr_long()).get(out);
      }
      return out;
    }
  }

  private static TensorOptions options(ScalarType type) {
    return new TensorOptions(type);
  }
}
