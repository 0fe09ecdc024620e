package io.rlhf4j.tokenizer.jinja;

/** Python's None. */
enum None {
  NONE
}
