package io.rlhf4j.broken.label;

/** Breaks a wall, for ArchitectureTest: a room and a package inside it import each other. */
public interface Desk {
  io.rlhf4j.broken.label.drawer.Key key();
}
