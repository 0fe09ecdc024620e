package io.rlhf4j.data;

/** Which part of the data a prompt belongs to. No user's prompts stand in two parts. */
public enum Split {
  TRAIN,
  VALID,
  TEST
}
