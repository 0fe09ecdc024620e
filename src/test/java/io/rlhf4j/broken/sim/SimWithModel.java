package io.rlhf4j.broken.sim;

import io.rlhf4j.broken.model.Model;

/** Breaks a wall, for ArchitectureTest: a room without tensors sees one with. */
interface SimWithModel {
  Model model();
}
