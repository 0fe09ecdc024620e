package io.rlhf4j.broken.data;

import org.bytedeco.pytorch.Tensor;

/** Breaks a wall, for ArchitectureTest: a room without tensors sees libtorch. */
interface DataWithTensor {
  Tensor tensor();
}
