package io.rlhf4j.train;

/** What to do when the run folder already holds a run. */
public enum WhenRunExists {
  /** Stop, with a sentence that names the other two. */
  REFUSE,
  /** Go on from its last checkpoint; start anew when there is no run yet. */
  RESUME,
  /** Delete it and start anew. */
  OVERWRITE
}
