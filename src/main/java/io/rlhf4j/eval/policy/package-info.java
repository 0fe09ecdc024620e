/** Policies beside each other: how varied they write, how far they moved, what rewards they get. */
@NullMarked
package io.rlhf4j.eval.policy;

import org.jspecify.annotations.NullMarked;
