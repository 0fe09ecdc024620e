/** What an evaluation found, as plain numbers: figures, differences, tables, and their files. */
@NullMarked
package io.rlhf4j.eval.figure;

import org.jspecify.annotations.NullMarked;
