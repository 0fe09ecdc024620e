package io.rlhf4j.broken.train;

/** Breaks a wall, for ArchitectureTest: a trainer that others can extend. */
class OpenTrainer {}
