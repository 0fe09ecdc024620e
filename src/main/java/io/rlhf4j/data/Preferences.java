package io.rlhf4j.data;

import java.util.List;

/** Pairs of which one is preferred, with the prompt given or to be found. */
final class Preferences {
  private Preferences() {}

  static Comparison explicit(JsonValue row) {
    Prompt prompt = ForeignRow.prompt(row);
    JsonValue chosen = row.get("chosen");
    JsonValue rejected = row.get("rejected");
    JsonValue weight = row.find("weight");
    return new Comparison(
        prompt,
        completion(prompt, chosen),
        completion(prompt, rejected),
        ForeignRow.labeler(row),
        weight != null && weight.node().isNumber() ? weight.number() : 1);
  }

  /** Some sets give the prompt and repeat it at the head of each conversation. */
  private static String completion(Prompt prompt, JsonValue value) {
    if (value.isList()) {
      List<Message> turns = RowReader.messages(value);
      int shared = prompt.messages().size();
      if (turns.size() == shared + 1 && turns.subList(0, shared).equals(prompt.messages())) {
        return lastAnswer(value, turns, shared);
      }
    }
    return ForeignRow.completion(value);
  }

  static Comparison implicit(JsonValue row) {
    JsonValue chosen = row.get("chosen");
    JsonValue rejected = row.get("rejected");
    if (chosen.isList()) {
      return ofMessages(row, chosen, rejected);
    }
    return Dialogue.isTranscript(chosen.text())
        ? ofTranscripts(row, chosen, rejected)
        : ofTexts(row, chosen, rejected);
  }

  private static Comparison ofMessages(JsonValue row, JsonValue chosen, JsonValue rejected) {
    List<Message> good = RowReader.messages(chosen);
    List<Message> bad = RowReader.messages(rejected);
    int shared = 0;
    // The last message is an answer even if both answered the same.
    while (shared < Math.min(good.size(), bad.size()) - 1
        && good.get(shared).equals(bad.get(shared))) {
      shared++;
    }
    String answer = lastAnswer(chosen, good, shared);
    return comparison(row, good.subList(0, shared), answer, lastAnswer(rejected, bad, shared));
  }

  private static String lastAnswer(JsonValue value, List<Message> turns, int shared) {
    if (turns.size() != shared + 1 || turns.get(shared).role() != Role.ASSISTANT) {
      throw value.error(
          "must be the %d messages that chosen and rejected share and one assistant message"
              .formatted(shared));
    }
    return turns.get(shared).content();
  }

  private static Comparison ofTranscripts(JsonValue row, JsonValue chosen, JsonValue rejected) {
    String good = chosen.text();
    String bad = rejected.text();
    int parting = Dialogue.partingPoint(good, bad);
    if (parting < 0) {
      throw row.error("must begin with the same turns in chosen and rejected");
    }
    return comparison(
        row,
        Dialogue.transcript(chosen, good.substring(0, parting)),
        good.substring(parting).strip(),
        bad.substring(parting).strip());
  }

  /** The prompt is the common beginning, cut where a word begins. */
  private static Comparison ofTexts(JsonValue row, JsonValue chosen, JsonValue rejected) {
    String good = chosen.text();
    String bad = rejected.text();
    int common = 0;
    while (common < Math.min(good.length(), bad.length())
        && good.charAt(common) == bad.charAt(common)) {
      common++;
    }
    while (common > 0 && !Character.isWhitespace(good.charAt(common - 1))) {
      common--;
    }
    String prompt = good.substring(0, common).stripTrailing();
    if (prompt.isEmpty()) {
      throw row.error(
          "must begin with the same words in chosen and rejected, or have a key 'prompt'");
    }
    // The space goes with the completion, as tokenizers have it.
    return comparison(
        row,
        List.of(Message.user(prompt)),
        good.substring(prompt.length()),
        bad.substring(prompt.length()));
  }

  private static Comparison comparison(
      JsonValue row, List<Message> prompt, String chosen, String rejected) {
    return new Comparison(
        ForeignRow.prompt(row, prompt), chosen, rejected, ForeignRow.labeler(row), 1);
  }
}
