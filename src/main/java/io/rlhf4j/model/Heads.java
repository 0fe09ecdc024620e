package io.rlhf4j.model;

/** What a {@link Transformer} has on top: next-token logits, one number per token, or both. */
public enum Heads {
  /** Logits over the vocabulary: policies and base models. */
  LANGUAGE,
  /** A scalar per token in place of the logits: reward and value models (paper, section 3.5). */
  SCALAR,
  /** A scalar per token beside the logits: reward models that also judge by likelihood. */
  BOTH;

  /** Whether there are logits. */
  public boolean language() {
    return this != SCALAR;
  }

  /** Whether there is a scalar per token. */
  public boolean scalar() {
    return this != LANGUAGE;
  }
}
