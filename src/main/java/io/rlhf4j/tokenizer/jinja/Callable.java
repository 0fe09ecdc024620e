package io.rlhf4j.tokenizer.jinja;

/** A function, a method with its object, or a macro. */
@FunctionalInterface
interface Callable {
  Object call(Arguments arguments);
}
