package io.rlhf4j.train;

import io.rlhf4j.data.InputException;

/** Refuses impossible settings with key, rule and value. */
final class Checks {
  private Checks() {}

  static void require(boolean holds, String key, String rule, Object value) {
    if (!holds) {
      throw new InputException(key + " " + rule + ", was " + value);
    }
  }
}
