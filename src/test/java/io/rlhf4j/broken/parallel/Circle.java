package io.rlhf4j.broken.parallel;

/** Breaks a wall, for ArchitectureTest: two rooms import each other. */
public interface Circle {
  io.rlhf4j.broken.tensor.Circle other();
}
