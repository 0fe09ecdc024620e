package io.rlhf4j.broken.loss;

import io.rlhf4j.broken.model.Model;

/** Breaks a wall, for ArchitectureTest: a loss sees a model. */
interface LossWithModel {
  Model model();
}
