package io.rlhf4j.data;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a model is asked.
 *
 * @param id unique within a data set
 * @param messages the turns before the completion; a plain-text prompt is one {@link Role#USER}
 *     turn
 * @param user pseudonym of whoever sent it; splits and caps go by it; null when unknown
 * @param useCase null when nobody has said
 * @param kind how it came to be
 * @param split which part of the data it belongs to
 */
public record Prompt(
    String id,
    List<Message> messages,
    @Nullable String user,
    @Nullable UseCase useCase,
    PromptKind kind,
    Split split) {
  public Prompt {
    Objects.requireNonNull(id, "id");
    messages = List.copyOf(messages);
    if (messages.isEmpty()) {
      throw new InputException("prompt '" + id + "' has no messages; it needs at least one");
    }
  }

  /** A prompt of plain text about which nothing else is known. */
  public static Prompt plain(String id, String text) {
    return new Prompt(id, List.of(Message.user(text)), null, null, PromptKind.PLAIN, Split.TRAIN);
  }

  /** The turns' contents joined by newlines; for a plain prompt, its text. */
  public String text() {
    return String.join("\n", messages.stream().map(Message::content).toList());
  }

  /** The last user turn alone. */
  public List<Message> lastTurn() {
    for (int i = messages.size() - 1; i >= 0; i--) {
      if (messages.get(i).role() == Role.USER) {
        return List.of(messages.get(i));
      }
    }
    throw new InputException("prompt '" + id + "' has no user turn");
  }
}
