package io.rlhf4j.broken.attic;

/** Breaks a wall, for ArchitectureTest: a class outside of the rooms. */
interface Thing {}
