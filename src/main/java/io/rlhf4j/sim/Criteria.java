package io.rlhf4j.sim;

/**
 * The two instruction sets for judging (paper, section 3.4): while labeling training data
 * helpfulness comes first; in the final evaluation truth and harmlessness do. The numbers are
 * Likert points lost by a text that is wholly untruthful, rude, or harmful.
 */
public enum Criteria {
  TRAINING(2.6, 2.4, 3.2),
  FINAL_EVALUATION(4.0, 3.5, 5.0);

  private final double untruth;
  private final double rudeness;
  private final double harm;

  Criteria(double untruth, double rudeness, double harm) {
    this.untruth = untruth;
    this.rudeness = rudeness;
    this.harm = harm;
  }

  double untruth() {
    return untruth;
  }

  double rudeness() {
    return rudeness;
  }

  double harm() {
    return harm;
  }
}
