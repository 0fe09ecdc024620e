package io.rlhf4j.data;

import java.util.ArrayList;
import java.util.List;

/** Messages out of the many ways in which dialogues are written down. */
final class Dialogue {
  private static final String HUMAN = "\n\nHuman:";
  private static final String ASSISTANT = "\n\nAssistant:";

  private Dialogue() {}

  /** Whether the text is a dialogue as in hh-rlhf. */
  static boolean isTranscript(String text) {
    return text.startsWith(HUMAN) && text.contains(ASSISTANT);
  }

  /**
   * The turns of {@code "\n\nHuman: ...\n\nAssistant: ..."}; a last "Assistant:" with nothing
   * behind it, where the model is to go on, is no turn.
   */
  static List<Message> transcript(JsonValue value, String text) {
    List<Message> turns = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      boolean human = text.startsWith(HUMAN, at);
      if (!human && !text.startsWith(ASSISTANT, at)) {
        throw value.error("must be a dialogue that begins with \"\\n\\nHuman: \"");
      }
      int start = at + (human ? HUMAN : ASSISTANT).length();
      int end = nextTurn(text, start);
      String content = text.substring(start, end).strip();
      if (human || end < text.length() || !content.isEmpty()) {
        turns.add(human ? Message.user(content) : Message.assistant(content));
      }
      at = end;
    }
    return turns;
  }

  /**
   * Where two such dialogues part: just behind the last "Assistant:" that both share; -1 if none.
   */
  static int partingPoint(String a, String b) {
    int common = 0;
    while (common < Math.min(a.length(), b.length()) && a.charAt(common) == b.charAt(common)) {
      common++;
    }
    int last = a.substring(0, common).lastIndexOf(ASSISTANT);
    return last < 0 ? -1 : last + ASSISTANT.length();
  }

  private static int nextTurn(String text, int from) {
    int human = text.indexOf(HUMAN, from);
    int assistant = text.indexOf(ASSISTANT, from);
    int end = human < 0 ? text.length() : human;
    return assistant < 0 ? end : Math.min(end, assistant);
  }

  /** {@code [{from, value}]}, after an optional system text. */
  static List<Message> shareGpt(JsonValue row) {
    List<Message> turns = new ArrayList<>();
    String system = row.text("system", "");
    if (!system.isEmpty()) {
      turns.add(new Message(Role.SYSTEM, system));
    }
    for (JsonValue turn : row.get("conversations").items()) {
      turns.add(shareGptTurn(turn));
    }
    return turns;
  }

  static Message shareGptTurn(JsonValue turn) {
    JsonValue from = turn.get("from");
    Role role =
        switch (from.text()) {
          case "human", "user" -> Role.USER;
          case "gpt", "assistant", "chatgpt", "bing", "bard", "model", "bot" -> Role.ASSISTANT;
          case "system" -> Role.SYSTEM;
          default ->
              throw from.error("must be human, gpt or system (turns of tools are not supported)");
        };
    return new Message(role, turn.get("value").text());
  }

  /** Strings said in turn, the user first. */
  static List<Message> alternating(JsonValue list) {
    List<Message> turns = new ArrayList<>();
    for (JsonValue item : list.items()) {
      String said = item.scalarText();
      turns.add(turns.size() % 2 == 0 ? Message.user(said) : Message.assistant(said));
    }
    return turns;
  }

  /** One demonstration for each assistant turn, all turns before it being its prompt. */
  static List<Demonstration> demonstrations(JsonValue row, List<Message> turns) {
    List<Demonstration> demonstrations = new ArrayList<>();
    for (int i = 1; i < turns.size(); i++) {
      if (turns.get(i).role() == Role.ASSISTANT) {
        demonstrations.add(
            new Demonstration(
                ForeignRow.prompt(row, turns.subList(0, i)),
                turns.get(i).content(),
                ForeignRow.labeler(row)));
      }
    }
    if (demonstrations.isEmpty()) {
      throw row.error("must hold an assistant turn behind another turn");
    }
    return demonstrations;
  }
}
