package io.rlhf4j.model;

/**
 * A prompt and its completion as token ids.
 *
 * @param prompt at least one token
 * @param completion at least one token, as a rule ending in the end-of-text token
 */
public record Sample(int[] prompt, int[] completion) {
  public Sample {
    if (prompt.length == 0 || completion.length == 0) {
      throw new IllegalArgumentException(
          "a sample needs a prompt and a completion, had "
              + prompt.length
              + " and "
              + completion.length
              + " tokens");
    }
  }

  /** Prompt and completion in one row. */
  public int[] joined() {
    int[] ids = java.util.Arrays.copyOf(prompt, prompt.length + completion.length);
    System.arraycopy(completion, 0, ids, prompt.length, completion.length);
    return ids;
  }

  /** Tokens in all. */
  public int length() {
    return prompt.length + completion.length;
  }
}
