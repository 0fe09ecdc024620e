/** The few manners libtorch asks of Java: lifetimes, shape checks, seeds, arrays in and out. */
@NullMarked
package io.rlhf4j.tensor;

import org.jspecify.annotations.NullMarked;
