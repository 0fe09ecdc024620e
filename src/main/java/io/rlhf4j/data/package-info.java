/** What people and models wrote: prompts, demonstrations, completions, ratings, rankings. */
@NullMarked
package io.rlhf4j.data;

import org.jspecify.annotations.NullMarked;
