/** The whole paper in miniature: the simulated world, every stage, the evaluation, one report. */
@NullMarked
package io.rlhf4j.bottle;

import org.jspecify.annotations.NullMarked;
