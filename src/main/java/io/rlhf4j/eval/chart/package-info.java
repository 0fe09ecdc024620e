/** Charts as SVG text from plain numbers; they know no model and no report. */
@NullMarked
package io.rlhf4j.eval.chart;

import org.jspecify.annotations.NullMarked;
