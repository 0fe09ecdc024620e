package io.rlhf4j.label;

/**
 * One version of labeling instructions; never changed once written.
 *
 * @param name which set, as in {@code training} or {@code evaluation}
 * @param body plain text: lines that begin with {@code # } are headings, {@code - } list entries
 */
public record Instruction(String id, String name, int version, String body, long createdAt) {}
