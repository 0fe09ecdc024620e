/**
 * Numbers about people and texts: agreement, preference models, win rates, intervals, overlap of
 * words.
 */
@NullMarked
package io.rlhf4j.stats;

import org.jspecify.annotations.NullMarked;
