package io.rlhf4j.eval;

/**
 * One result of the paper and what came of it in a run.
 *
 * @param claim what the paper found, in words
 * @param paper its numbers
 * @param here this run's numbers
 * @param verdict whether the claim holds here, by intervals and not by points
 */
public record Finding(String claim, String paper, String here, Verdict verdict) {
  /** Whether a claim holds; from best to worst. */
  public enum Verdict {
    SEEN("came out"),
    UNCERTAIN("cannot be told"),
    NOT_SEEN("did not come out"),
    NOT_MEASURED("not measured");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }
}
