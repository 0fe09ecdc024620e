package io.rlhf4j.tokenizer.jinja;

/** A template's own refusal of the messages it was given, by {@code raise_exception}. */
public final class RefusedException extends TemplateException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  RefusedException(String reason) {
    super("the chat template refuses these messages: " + reason);
    this.reason = reason;
  }

  /** The template's words. */
  public String reason() {
    return reason;
  }
}
