/** A miniature world whose truth is known exactly, its web, prompts, gold scores and labelers. */
@NullMarked
package io.rlhf4j.sim;

import org.jspecify.annotations.NullMarked;
