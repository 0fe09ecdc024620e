package io.rlhf4j.stats;

/** One labeler's preference on one comparison. */
public record Judgement(String labeler, Preference preference) {}
