/** One command per stage: reads the settings, wires the objects by hand, writes the run folder. */
@NullMarked
package io.rlhf4j.cli;

import org.jspecify.annotations.NullMarked;
