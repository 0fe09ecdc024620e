/**
 * The mathematics of every stage: losses, rewards, advantages. Static, stateless, no model in
 * sight.
 */
@NullMarked
package io.rlhf4j.loss;

import org.jspecify.annotations.NullMarked;
