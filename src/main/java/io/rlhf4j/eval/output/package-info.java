/** Outputs that any models wrote, scored as the paper scores them: files in, figures out. */
@NullMarked
package io.rlhf4j.eval.output;

import org.jspecify.annotations.NullMarked;
