package io.rlhf4j.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The number format of activations and matrix products. Parameters, gradients, optimizer state and
 * the statistics of softmax, norms and losses are float32 in either case.
 */
public enum Precision {
  FLOAT32(ScalarType.Float),
  BFLOAT16(ScalarType.BFloat16);

  private final ScalarType type;

  Precision(ScalarType type) {
    this.type = type;
  }

  /**
   * bfloat16 where the processor multiplies it natively (AMX or AVX512-BF16), else float32: on
   * other processors it is slower, not faster.
   */
  public static Precision best() {
    try {
      String cpu = Files.readString(Path.of("/proc/cpuinfo"));
      return cpu.contains("amx_bf16") || cpu.contains("avx512_bf16") ? BFLOAT16 : FLOAT32;
    } catch (IOException e) {
      return FLOAT32; // no Linux, no such file
    }
  }

  /** libtorch's name for it. */
  public ScalarType type() {
    return type;
  }
}
