package io.rlhf4j.label;

/**
 * An answer as it was sent, with all that is needed to know how it came about.
 *
 * @param id made by the sender, so that sending twice stores once
 * @param role the person's role when the answer was given
 * @param answer JSON, read by {@link io.rlhf4j.label.answer.AnswerJson}
 * @param seconds time spent with the window in front
 */
public record Submission(
    String id,
    String assignmentId,
    String itemId,
    String campaignId,
    String personId,
    String instructionId,
    PersonRole role,
    String answer,
    int seconds,
    long submittedAt) {}
