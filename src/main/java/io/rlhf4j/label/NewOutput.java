package io.rlhf4j.label;

import org.jspecify.annotations.Nullable;

/**
 * An output to be added to an item.
 *
 * @param policy which model wrote it; labelers never see this
 * @param authorId the person who wrote it, where one did
 */
public record NewOutput(String text, String policy, @Nullable String authorId, boolean finished) {
  public static NewOutput of(String text, String policy) {
    return new NewOutput(text, policy, null, true);
  }
}
