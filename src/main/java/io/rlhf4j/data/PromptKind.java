package io.rlhf4j.data;

/**
 * How a prompt came to be (paper, section 3.2): three kinds written by labelers, and API prompts.
 */
public enum PromptKind {
  PLAIN,
  FEW_SHOT,
  USER_BASED,
  API
}
