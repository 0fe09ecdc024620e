package io.rlhf4j.broken.train;

/** Breaks a wall, for ArchitectureTest: a trainer that extends another. */
final class ChildTrainer extends OpenTrainer {}
