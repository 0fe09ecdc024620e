package io.rlhf4j.data;

import org.jspecify.annotations.Nullable;

/**
 * What the paper's Table 7 notes about a prompt, as yes or no. Null means that the question was not
 * asked.
 */
public record PromptMetadata(
    @Nullable Boolean ambiguous,
    @Nullable Boolean sensitiveContent,
    @Nullable Boolean identityDependent,
    @Nullable Boolean closedDomain,
    @Nullable Boolean continuationStyle,
    @Nullable Boolean requestsOpinion,
    @Nullable Boolean requestsAdvice,
    @Nullable Boolean requestsMoralJudgment,
    @Nullable Boolean explicitSafetyConstraints,
    @Nullable Boolean otherExplicitConstraints,
    @Nullable Boolean intentUnclear) {
  /** Nothing was asked. */
  public static final PromptMetadata NONE =
      new PromptMetadata(null, null, null, null, null, null, null, null, null, null, null);
}
