package io.rlhf4j.data;

/** A completion written by a labeler to show what the answer to a prompt should look like. */
public record Demonstration(Prompt prompt, String completion, String labeler) {}
