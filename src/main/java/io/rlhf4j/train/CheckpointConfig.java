package io.rlhf4j.train;

/**
 * When a run writes down all it needs to go on after a kill.
 *
 * @param every steps between checkpoints, the last step always having one; 0 = never, so that a
 *     resumed run starts again from the beginning
 * @param keepLast how many of the newest are kept; the best is kept besides
 */
public record CheckpointConfig(int every, int keepLast) {
  public CheckpointConfig {
    Checks.require(every >= 0, "checkpoints.every", "must be at least 0 (0 = never)", every);
    Checks.require(keepLast > 0, "checkpoints.keep_last", "must be positive", keepLast);
  }

  /** Every 100 steps, the last two kept. */
  public static CheckpointConfig defaults() {
    return new CheckpointConfig(100, 2);
  }
}
