package io.rlhf4j.broken.model;

import org.bytedeco.pytorch.NoGradGuard;

/** Breaks a wall, for ArchitectureTest: a guard outside of tensor and parallel. */
interface GuardedModel {
  NoGradGuard guard();
}
