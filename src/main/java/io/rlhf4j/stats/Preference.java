package io.rlhf4j.stats;

/** What somebody said about two outputs. */
public enum Preference {
  FIRST,
  SECOND,
  TIE;

  /** By rank: 1 is best. */
  public static Preference ofRanks(int first, int second) {
    if (first == second) {
      return TIE;
    }
    return first < second ? FIRST : SECOND;
  }
}
