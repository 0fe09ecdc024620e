/** Scorers of text: toxicity, truth and informativeness, trained here or asked over HTTP. */
@NullMarked
package io.rlhf4j.eval.judge;

import org.jspecify.annotations.NullMarked;
