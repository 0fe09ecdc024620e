/** How fast it is here: the machine's limits, a training step, generation. */
@NullMarked
package io.rlhf4j.bench;

import org.jspecify.annotations.NullMarked;
