package io.rlhf4j.model;

import java.util.Optional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The number formats a safetensors file may hold, under the names it gives them. */
public enum Dtype {
  F64("float64", 8, ScalarType.Double),
  F32("float32", 4, ScalarType.Float),
  F16("float16", 2, ScalarType.Half),
  BF16("bfloat16", 2, ScalarType.BFloat16),
  I64("int64", 8, ScalarType.Long),
  I32("int32", 4, ScalarType.Int),
  I16("int16", 2, ScalarType.Short),
  I8("int8", 1, ScalarType.Char),
  U8("uint8", 1, ScalarType.Byte),
  BOOL("bool", 1, ScalarType.Bool);

  private final String torchName;
  private final int bytes;
  private final ScalarType scalarType;

  Dtype(String torchName, int bytes, ScalarType scalarType) {
    this.torchName = torchName;
    this.bytes = bytes;
    this.scalarType = scalarType;
  }

  /** As in config.json's {@code torch_dtype}. */
  public String torchName() {
    return torchName;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }

  public ScalarType scalarType() {
    return scalarType;
  }

  /** The dtype of a libtorch tensor, if files can hold it. */
  public static Optional<Dtype> of(ScalarType type) {
    for (Dtype dtype : values()) {
      if (dtype.scalarType.value == type.value) {
        return Optional.of(dtype);
      }
    }
    return Optional.empty();
  }

  /** The dtype that config.json calls {@code name}, such as "bfloat16". */
  public static Optional<Dtype> ofTorchName(String name) {
    for (Dtype dtype : values()) {
      if (dtype.torchName.equals(name)) {
        return Optional.of(dtype);
      }
    }
    return Optional.empty();
  }
}
