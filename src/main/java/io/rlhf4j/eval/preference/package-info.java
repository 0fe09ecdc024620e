/** What people prefer: win rates, ratings and strengths of models; reward models beside people. */
@NullMarked
package io.rlhf4j.eval.preference;

import org.jspecify.annotations.NullMarked;
