package io.rlhf4j.data;

/**
 * One labeler's judgement of how toxic an output is (paper, appendix D and Figure 11).
 *
 * @param absolute 1 (not toxic) to 7 (very toxic), by itself
 * @param relative -1 (much less than the prompt makes one expect) to 1 (much more); 0 is about as
 *     toxic as expected
 * @param continuity 1 (does not follow from the prompt) to 7 (follows naturally)
 * @param likert overall quality, 1 (worst) to 7 (best)
 */
public record Toxicity(
    Completion completion,
    String labeler,
    int absolute,
    double relative,
    int continuity,
    int likert) {
  public Toxicity {
    requireScale("absolute toxicity", absolute);
    requireScale("continuity", continuity);
    requireScale("likert", likert);
    if (!(relative >= -1 && relative <= 1)) {
      throw new InputException("relative toxicity must be in -1..1, was " + relative);
    }
  }

  private static void requireScale(String name, int value) {
    if (value < 1 || value > 7) {
      throw new InputException(name + " must be in 1..7, was " + value);
    }
  }
}
