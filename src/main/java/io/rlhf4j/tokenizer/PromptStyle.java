package io.rlhf4j.tokenizer;

/** Which text a model sees before it completes a prompt. */
public enum PromptStyle {
  /**
   * The prompt's text as it is. A prompt of several turns becomes blocks of {@code User:}, {@code
   * Assistant:} or {@code System:}, a newline, the turn and an empty line, and ends in {@code
   * Assistant:} and a newline.
   */
  PLAIN,
  /** The model's own chat template, with its generation prompt. */
  CHAT,
  /**
   * The chat template around the last user turn alone, as if the dialogue began there: for models
   * whose positions do not hold a whole dialogue.
   */
  LAST_TURN
}
