/** What labels say, as tables, pictures and files: agreement, results, pace. */
@NullMarked
package io.rlhf4j.label.report;

import org.jspecify.annotations.NullMarked;
