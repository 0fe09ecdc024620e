package io.rlhf4j.tensor;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/** What is known about the library underneath. */
public final class Libtorch {
  private Libtorch() {}

  /** Its version and its binding's, such as 2.10.0-1.5.13. */
  public static String version() {
    try {
      return Loader.getVersion("org.bytedeco", "pytorch");
    } catch (java.io.IOException e) {
      return "unknown";
    }
  }

  /** Threads that one operation may use. */
  public static int threads() {
    return torch.get_num_threads();
  }

  /** Sets how many threads one operation may use when the calling thread asks for it. */
  public static void useThreads(int threads) {
    torch.set_num_threads(threads);
  }

  /** Threads of a float32 matrix product: OpenBLAS does not follow {@link #threads}. */
  public static int blasThreads() {
    return openblas_nolapack.blas_get_num_threads();
  }

  /** Sets the threads of float32 matrix products, for the whole process. */
  public static void useBlasThreads(int threads) {
    openblas_nolapack.blas_set_num_threads(threads);
  }
}
