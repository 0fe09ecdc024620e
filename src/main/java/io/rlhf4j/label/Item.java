package io.rlhf4j.label;

import io.rlhf4j.data.Prompt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing to be labeled.
 *
 * @param seq its place in the campaign, from 1
 * @param prompt null where a prompt is what is to be written
 * @param brief what to write, where there is no prompt
 * @param wanted labels asked for
 * @param outputs in the order of import
 * @param gold the answer that a lead expects, as the JSON of an answer; null for none
 * @param goldFrom the submission that the gold answer was taken from; null where it was imported
 */
public record Item(
    String id,
    String campaignId,
    int seq,
    @Nullable Prompt prompt,
    String brief,
    int priority,
    int wanted,
    List<Output> outputs,
    @Nullable String gold,
    @Nullable String goldFrom) {
  /**
   * One completion of the item's prompt.
   *
   * @param policy which model wrote it; labelers never see this
   * @param authorId the person who wrote it, where one did; never given to that person
   */
  public record Output(
      String id, String text, String policy, @Nullable String authorId, boolean finished) {}
}
