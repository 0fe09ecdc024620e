/** How good it is: held-out loss, win rates, benchmarks, diversity, and the report of a run. */
@NullMarked
package io.rlhf4j.eval;

import org.jspecify.annotations.NullMarked;
