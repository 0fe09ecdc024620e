package io.rlhf4j.data;

/** One turn of a prompt or a conversation. */
public record Message(Role role, String content) {
  public static Message user(String content) {
    return new Message(Role.USER, content);
  }

  public static Message assistant(String content) {
    return new Message(Role.ASSISTANT, content);
  }
}
