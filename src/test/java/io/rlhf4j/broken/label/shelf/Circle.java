package io.rlhf4j.broken.label.shelf;

/** Breaks a wall, for ArchitectureTest: two packages of one room import each other. */
public interface Circle {
  io.rlhf4j.broken.label.drawer.Circle other();
}
