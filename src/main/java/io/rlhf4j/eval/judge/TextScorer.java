package io.rlhf4j.eval.judge;

import java.util.List;

/** Gives texts scores in [0, 1], and says how far they can be trusted. */
public interface TextScorer {
  /**
   * @param contexts [N] what each text answers or continues; may be empty strings
   * @param texts [N]
   * @return [N]
   */
  double[] score(List<String> contexts, List<String> texts);

  /** Its accuracy on data it was not trained on, in a sentence that stands beside its results. */
  String quality();
}
