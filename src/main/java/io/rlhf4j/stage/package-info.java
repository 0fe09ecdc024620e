/** One stage of the pipeline from files to files: what a command runs and the demo chains. */
@NullMarked
package io.rlhf4j.stage;

import org.jspecify.annotations.NullMarked;
