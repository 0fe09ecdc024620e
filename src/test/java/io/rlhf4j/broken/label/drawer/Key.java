package io.rlhf4j.broken.label.drawer;

/** Breaks a wall, for ArchitectureTest: a room and a package inside it import each other. */
public interface Key {
  io.rlhf4j.broken.label.Desk desk();
}
