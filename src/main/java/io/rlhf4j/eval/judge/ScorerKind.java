package io.rlhf4j.eval.judge;

import io.rlhf4j.stats.TextFeatures;

/** What a scorer judges. */
public enum ScorerKind {
  TOXICITY(TextFeatures.TEXT, "it knows words, not what is meant by them"),
  TRUTH(
      TextFeatures.ANSWER,
      "it knows wordings of answers, not facts: nonsense unlike its training data may pass"),
  INFORMATIVE(TextFeatures.ANSWER, "it knows wordings of answers, not what is asked");

  private final TextFeatures features;

  private final String caution;

  ScorerKind(TextFeatures features, String caution) {
    this.features = features;
    this.caution = caution;
  }

  /** What its scores must not be taken for. */
  String caution() {
    return caution;
  }

  TextFeatures features() {
    return features;
  }
}
