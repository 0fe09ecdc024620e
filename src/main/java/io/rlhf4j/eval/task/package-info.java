/** Benchmarks as small YAML files: read, put to a model, scored as the paper does. */
@NullMarked
package io.rlhf4j.eval.task;

import org.jspecify.annotations.NullMarked;
