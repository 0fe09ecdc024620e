package io.rlhf4j.cli;

/**
 * One line of {@code rlhf4j doctor}.
 *
 * @param found what was seen, for people
 * @param remedy a sentence that says what to do; empty when there is nothing to do
 */
record Check(Health health, String what, String found, String remedy) {
  /** Slow means that it works, but not as well as it could. */
  enum Health {
    FINE("ok"),
    SLOW("note"),
    BROKEN("FAIL");

    final String word;

    Health(String word) {
      this.word = word;
    }
  }

  static Check fine(String what, String found) {
    return new Check(Health.FINE, what, found, "");
  }

  static Check slow(String what, String found, String remedy) {
    return new Check(Health.SLOW, what, found, remedy);
  }

  static Check broken(String what, String found, String remedy) {
    return new Check(Health.BROKEN, what, found, remedy);
  }
}
