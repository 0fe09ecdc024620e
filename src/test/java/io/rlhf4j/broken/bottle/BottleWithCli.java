package io.rlhf4j.broken.bottle;

import io.rlhf4j.broken.cli.Cli;

/** Breaks a wall, for ArchitectureTest: bottle sees cli. */
interface BottleWithCli {
  Cli cli();
}
