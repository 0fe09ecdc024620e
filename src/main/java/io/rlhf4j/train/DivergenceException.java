package io.rlhf4j.train;

import io.rlhf4j.data.InputException;

/**
 * Training ran into a loss or gradient that is no number, or past a limit the user set. Its message
 * says which tensor or limit; whoever catches it goes back to the last good weights.
 */
public final class DivergenceException extends InputException {
  private static final long serialVersionUID = 1L;

  public DivergenceException(String message) {
    super(message);
  }
}
