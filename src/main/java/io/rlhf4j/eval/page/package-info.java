/** The report as one self-contained page: HTML, CSS and SVG in a single file, no script. */
@NullMarked
package io.rlhf4j.eval.page;

import org.jspecify.annotations.NullMarked;
