package io.rlhf4j.data;

/**
 * A mistake in what the user gave: a file, a row, a setting. Its message is a sentence for that
 * user (what, which rule, which value, what to do), so the command line prints it without a stack
 * trace.
 */
public class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InputException(String message) {
    super(message);
  }

  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
