/**
 * Jinja2 as chat templates use it, with Python's values: the same text as Python's, or an error.
 *
 * <p>A {@link io.rlhf4j.tokenizer.jinja.Template} is read by the lexer (which also does the
 * whitespace control), the statement parser and the expression parser into trees of statements and
 * expressions that evaluate themselves.
 */
@NullMarked
package io.rlhf4j.tokenizer.jinja;

import org.jspecify.annotations.NullMarked;
