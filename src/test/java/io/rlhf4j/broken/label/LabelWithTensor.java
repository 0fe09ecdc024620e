package io.rlhf4j.broken.label;

import org.bytedeco.pytorch.Tensor;

/** Breaks a wall, for ArchitectureTest: a room without tensors sees libtorch. */
interface LabelWithTensor {
  Tensor tensor();
}
