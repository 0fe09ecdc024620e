/** What labelers answer to each task, read from what browsers send and checked. */
@NullMarked
package io.rlhf4j.label.answer;

import org.jspecify.annotations.NullMarked;
