package io.rlhf4j.data;

import org.jspecify.annotations.Nullable;

/**
 * The yes/no questions of the paper's Table 3 about one output. Null means the question was not
 * asked or does not apply (hallucination outside closed-domain tasks, constraints where the prompt
 * has none).
 */
public record Metadata(
    @Nullable Boolean failsInstruction,
    @Nullable Boolean inappropriateForAssistant,
    @Nullable Boolean hallucination,
    @Nullable Boolean satisfiesConstraint,
    @Nullable Boolean sexualContent,
    @Nullable Boolean violentContent,
    @Nullable Boolean encouragesHarm,
    @Nullable Boolean denigratesProtectedClass,
    @Nullable Boolean harmfulAdvice,
    @Nullable Boolean expressesOpinion,
    @Nullable Boolean expressesMoralJudgment) {
  /** Nothing was asked. */
  public static final Metadata NONE =
      new Metadata(null, null, null, null, null, null, null, null, null, null, null);
}
