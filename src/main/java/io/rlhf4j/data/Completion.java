package io.rlhf4j.data;

/**
 * A policy's answer to a prompt.
 *
 * @param policy name of the model that wrote it
 * @param finished whether it ended in the end-of-text token (false: it was cut at the length limit)
 */
public record Completion(Prompt prompt, String text, String policy, boolean finished) {}
