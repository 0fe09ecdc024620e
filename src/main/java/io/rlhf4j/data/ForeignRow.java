package io.rlhf4j.data;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What rows that others made say, as far as they say it in this project's way. */
final class ForeignRow {
  private ForeignRow() {}

  /**
   * A prompt of these messages. This project's columns are taken where they hold what they should;
   * others use the same names (split, kind) for other things.
   */
  static Prompt prompt(JsonValue row, List<Message> messages) {
    if (messages.isEmpty()) {
      throw row.error("must have a prompt of at least one message");
    }
    if (!row.isObject()) {
      return new Prompt(
          RowReader.contentId(messages), messages, null, null, PromptKind.PLAIN, Split.TRAIN);
    }
    PromptKind kind = constant(PromptKind.class, row, "kind");
    Split split = constant(Split.class, row, "split");
    JsonValue user = row.find("user");
    return new Prompt(
        row.text("prompt_id", RowReader.contentId(messages)),
        messages,
        user == null || user.isObject() || user.isList() ? null : user.scalarText(),
        constant(UseCase.class, row, "use_case"),
        kind == null ? PromptKind.PLAIN : kind,
        split == null ? Split.TRAIN : split);
  }

  /** The prompt of a row whose prompt is a text, a transcript, or a list of messages. */
  static Prompt prompt(JsonValue row) {
    JsonValue value = row.get("prompt");
    if (value.isList()) {
      return prompt(row, RowReader.messages(value));
    }
    String text = value.text();
    return prompt(
        row,
        Dialogue.isTranscript(text)
            ? Dialogue.transcript(value, text)
            : List.of(Message.user(text)));
  }

  static String labeler(JsonValue row) {
    JsonValue labeler = row.isObject() ? row.find("labeler") : null;
    return labeler != null && labeler.isText() ? labeler.text() : RowReader.NOBODY;
  }

  /** A text, or a list that holds one assistant message. */
  static String completion(JsonValue value) {
    if (!value.isList()) {
      return value.text();
    }
    List<Message> turns = RowReader.messages(value);
    if (turns.size() != 1 || turns.get(0).role() != Role.ASSISTANT) {
      throw value.error("must hold exactly one assistant message");
    }
    return turns.get(0).content();
  }

  private static <E extends Enum<E>> @Nullable E constant(
      Class<E> type, JsonValue row, String key) {
    JsonValue value = row.find(key);
    if (value != null && value.isText()) {
      for (E constant : type.getEnumConstants()) {
        if (constant.name().toLowerCase(Locale.ROOT).equals(value.text())) {
          return constant;
        }
      }
    }
    return null;
  }
}
