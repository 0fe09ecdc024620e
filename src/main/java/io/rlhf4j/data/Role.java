package io.rlhf4j.data;

/** Who speaks a {@link Message}. */
public enum Role {
  SYSTEM,
  USER,
  ASSISTANT
}
