package io.rlhf4j.broken.tokenizer;

import org.bytedeco.pytorch.Tensor;

/** Breaks a wall, for ArchitectureTest: a room without tensors sees libtorch. */
interface TokenizerWithTensor {
  Tensor tensor();
}
