package io.rlhf4j.data;

/**
 * One labeler's judgement of one output.
 *
 * @param likert overall quality, 1 (worst) to 7 (best)
 */
public record Rating(Completion completion, String labeler, int likert, Metadata metadata) {
  public Rating {
    if (likert < 1 || likert > 7) {
      throw new InputException("likert must be in 1..7, was " + likert);
    }
  }
}
