package io.rlhf4j.stats;

import io.rlhf4j.data.Ranking;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A ranking and what is known about its making.
 *
 * @param group of the labeler, such as "labeler" or "held-out"
 * @param at when it was submitted; null when nobody wrote that down
 */
public record Labeled(Ranking ranking, String group, @Nullable Instant at) {}
