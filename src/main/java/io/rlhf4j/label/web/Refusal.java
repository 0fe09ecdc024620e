package io.rlhf4j.label.web;

/** Ends a request with a status and a sentence for whoever sent it. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  public Refusal(int status, String sentence) {
    super(sentence);
    this.status = status;
  }

  public static Refusal notFound(String what) {
    return new Refusal(404, "There is no such " + what + ".");
  }

  public int status() {
    return status;
  }
}
