package io.rlhf4j.eval.judge;

import io.rlhf4j.stats.TextFeatures;

/** What a scorer judges. */
public enum ScorerKind {
  TOXICITY(TextFeatures.TEXT),
  TRUTH(TextFeatures.ANSWER),
  INFORMATIVE(TextFeatures.ANSWER);

  private final TextFeatures features;

  ScorerKind(TextFeatures features) {
    this.features = features;
  }

  TextFeatures features() {
    return features;
  }
}
