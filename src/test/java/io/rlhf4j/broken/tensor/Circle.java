package io.rlhf4j.broken.tensor;

/** Breaks a wall, for ArchitectureTest: two rooms import each other. */
public interface Circle {
  io.rlhf4j.broken.parallel.Circle other();
}
