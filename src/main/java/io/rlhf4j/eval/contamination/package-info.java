/** Whether evaluation texts stand in training data, and what results are without those that do. */
@NullMarked
package io.rlhf4j.eval.contamination;

import org.jspecify.annotations.NullMarked;
