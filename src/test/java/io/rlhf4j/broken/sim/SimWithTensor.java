package io.rlhf4j.broken.sim;

import org.bytedeco.pytorch.Tensor;

/** Breaks a wall, for ArchitectureTest: a room without tensors sees libtorch. */
interface SimWithTensor {
  Tensor tensor();
}
