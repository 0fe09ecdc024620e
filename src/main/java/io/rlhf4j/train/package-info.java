/** One trainer per stage, with its settings, learning-rate schedules, optimizer and checkpoints. */
@NullMarked
package io.rlhf4j.train;

import org.jspecify.annotations.NullMarked;
