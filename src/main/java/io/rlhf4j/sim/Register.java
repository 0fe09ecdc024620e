package io.rlhf4j.sim;

/**
 * The manner of speaking. In the web of the world, careful texts always state the truth, gossip
 * states the myth wherever there is one, and plain texts mostly do.
 */
public enum Register {
  CAREFUL,
  PLAIN,
  GOSSIP
}
