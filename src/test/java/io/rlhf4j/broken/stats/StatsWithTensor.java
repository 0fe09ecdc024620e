package io.rlhf4j.broken.stats;

import org.bytedeco.pytorch.Tensor;

/** Breaks a wall, for ArchitectureTest: a room without tensors sees libtorch. */
interface StatsWithTensor {
  Tensor tensor();
}
