package io.rlhf4j.tokenizer.jinja;

import io.rlhf4j.data.InputException;

/** A template that is wrong, asks for what is not supported, or meets values it cannot use. */
public class TemplateException extends InputException {
  private static final long serialVersionUID = 1L;

  public TemplateException(String message) {
    super(message);
  }
}
