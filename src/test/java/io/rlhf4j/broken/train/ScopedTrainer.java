package io.rlhf4j.broken.train;

import org.bytedeco.javacpp.PointerScope;

/** Breaks a wall, for ArchitectureTest: a scope outside of tensor and parallel. */
interface ScopedTrainer {
  PointerScope scope();
}
