package io.rlhf4j.data;

import java.util.ArrayList;
import java.util.List;

/** Rows that part a task into an instruction and its input. */
final class Instructions {
  private Instructions() {}

  /** Instruction and input, after the optional system text and earlier turns. */
  static Prompt alpacaPrompt(JsonValue row) {
    List<Message> messages = new ArrayList<>();
    String system = row.text("system", "");
    if (!system.isEmpty()) {
      messages.add(new Message(Role.SYSTEM, system));
    }
    JsonValue history = row.find("history");
    if (history != null && !(history.isText() && history.text().isEmpty())) {
      for (JsonValue turn : history.items()) {
        List<JsonValue> pair = turn.items();
        if (pair.size() != 2) {
          throw turn.error("must be a pair [question, answer]");
        }
        messages.add(Message.user(pair.get(0).text()));
        messages.add(Message.assistant(pair.get(1).text()));
      }
    }
    messages.add(Message.user(task(row, row.text("input", ""))));
    return ForeignRow.prompt(row, messages);
  }

  static List<Demonstration> selfInstruct(JsonValue row) {
    List<Demonstration> demonstrations = new ArrayList<>();
    for (JsonValue instance : row.get("instances").items()) {
      Message task = Message.user(task(row, instance.text("input", "")));
      demonstrations.add(
          new Demonstration(
              ForeignRow.prompt(row, List.of(task)),
              instance.get("output").text(),
              ForeignRow.labeler(row)));
    }
    return demonstrations;
  }

  /** One ranking of the two responses per annotator. */
  static List<Ranking> pandaLm(JsonValue row) {
    Message task = Message.user(task(row, row.text("input", "")));
    // The same responses were judged again under another number; those are other comparisons.
    JsonValue number = row.find("idx");
    String id = number == null ? RowReader.contentId(List.of(task)) : "pandalm-" + number.integer();
    Prompt prompt = new Prompt(id, List.of(task), null, null, PromptKind.PLAIN, Split.TRAIN);
    List<String> models = List.of(row.text("cmp_key", "").split("_", -1));
    List<Ranking> rankings = new ArrayList<>();
    for (int a = 1; row.has("annotator" + a); a++) {
      JsonValue said = row.get("annotator" + a);
      List<Integer> ranks =
          switch (said.integer()) {
            case 0 -> List.of(1, 1);
            case 1 -> List.of(1, 2);
            case 2 -> List.of(2, 1);
            default -> throw said.error("must be 0 (tie), 1 (first) or 2 (second)");
          };
      rankings.add(
          new Ranking(
              prompt,
              List.of(row.get("response1").scalarText(), row.get("response2").scalarText()),
              ranks,
              models.size() == 2 ? models : List.of(),
              List.of(),
              List.of(),
              "annotator" + a));
    }
    return rankings;
  }

  static Comparison llmBar(JsonValue row) {
    JsonValue label = row.get("label");
    int better = label.integer();
    if (better != 1 && better != 2) {
      throw label.error("must be 1 or 2");
    }
    return new Comparison(
        ForeignRow.prompt(row, List.of(Message.user(row.get("input").text()))),
        row.get("output_" + better).text(),
        row.get("output_" + (3 - better)).text(),
        ForeignRow.labeler(row),
        1);
  }

  private static String task(JsonValue row, String input) {
    String instruction = row.get("instruction").text();
    if (input.isBlank()) {
      return instruction;
    }
    return instruction.isBlank() ? input : instruction + "\n\n" + input;
  }
}
