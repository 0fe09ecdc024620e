package io.rlhf4j.broken.eval;

import io.rlhf4j.broken.bottle.Bottle;

/** Breaks a wall, for ArchitectureTest: a room other than cli sees bottle. */
interface EvalWithBottle {
  Bottle bottle();
}
