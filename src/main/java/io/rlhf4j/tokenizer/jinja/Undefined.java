package io.rlhf4j.tokenizer.jinja;

/**
 * A value that is not there: empty when printed or looped over, an error when used.
 *
 * @param what a sentence's beginning, such as {@code 'x'} or {@code a dict's key 'x'}
 */
record Undefined(String what) {
  TemplateException error() {
    return new TemplateException("chat template: " + what + " is undefined");
  }
}
