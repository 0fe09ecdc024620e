package io.rlhf4j.data;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How an entry of a {@link DatasetRegistry} has its rows read: into ones that we know. */
sealed interface RegistryLayout {
  /** The row under the names of the {@link DatasetSchema} that holds the same. */
  ObjectNode ours(JsonValue row);

  /**
   * An instruction, its input and one answer, or two of which one was preferred.
   *
   * @param columns the file's names, by LLaMA-Factory's names for what they hold
   */
  record Alpaca(Map<String, String> columns, boolean ranking) implements RegistryLayout {
    @Override
    public ObjectNode ours(JsonValue row) {
      ObjectNode ours = JsonNodeFactory.instance.objectNode();
      ours.set("instruction", row.get(column("prompt", "instruction")).node());
      copy(row, column("query", "input"), ours, "input");
      copy(row, columns.get("system"), ours, "system");
      copy(row, columns.get("history"), ours, "history");
      if (ranking) {
        ours.set("chosen", row.get(column("chosen", "chosen")).node());
        ours.set("rejected", row.get(column("rejected", "rejected")).node());
        return ours;
      }
      JsonValue answer = row.get(column("response", "output"));
      String good = columns.get("kto_tag");
      if (good == null) {
        ours.set("output", answer.node());
        return ours;
      }
      Prompt prompt = Instructions.alpacaPrompt(new JsonValue(row.where(), row.path(), ours));
      return unpaired(prompt.messages(), answer.text(), row.get(good));
    }

    private String column(String name, String usual) {
      return columns.getOrDefault(name, usual);
    }
  }

  /**
   * Dialogues as lists of turns, with two last turns of which one was preferred where they rank.
   *
   * @param usual the column of the dialogue where none is named
   * @param tags the file's words, by LLaMA-Factory's names for them
   */
  record Turns(String usual, Map<String, String> columns, Map<String, String> tags, boolean ranking)
      implements RegistryLayout {
    /** What each tag means, in the words of ShareGPT, which are also the usual ones. */
    private static final Map<String, String> ROLES =
        Map.of(
            "user_tag", "human",
            "assistant_tag", "gpt",
            "observation_tag", "observation",
            "function_tag", "function_call",
            "system_tag", "system");

    @Override
    public ObjectNode ours(JsonValue row) {
      ObjectNode ours = JsonNodeFactory.instance.objectNode();
      copy(row, columns.get("system"), ours, "system");
      ArrayNode turns = ours.putArray("conversations");
      for (JsonValue turn : row.get(columns.getOrDefault("messages", usual)).items()) {
        turns.add(turn(turn));
      }
      if (ranking) {
        ours.set("chosen", turn(row.get(columns.getOrDefault("chosen", "chosen"))));
        ours.set("rejected", turn(row.get(columns.getOrDefault("rejected", "rejected"))));
        return ours;
      }
      String good = columns.get("kto_tag");
      if (good == null) {
        return ours;
      }
      List<Message> said = Dialogue.shareGpt(new JsonValue(row.where(), row.path(), ours));
      int last = said.size() - 1;
      if (last < 1 || said.get(last).role() != Role.ASSISTANT) {
        throw row.error("must end with an assistant turn behind another turn");
      }
      return unpaired(said.subList(0, last), said.get(last).content(), row.get(good));
    }

    private ObjectNode turn(JsonValue turn) {
      JsonValue role = turn.get(tags.getOrDefault("role_tag", "from"));
      for (Map.Entry<String, String> known : ROLES.entrySet()) {
        if (role.text().equals(tags.getOrDefault(known.getKey(), known.getValue()))) {
          return JsonNodeFactory.instance
              .objectNode()
              .put("from", known.getValue())
              .put("value", turn.get(tags.getOrDefault("content_tag", "value")).text());
        }
      }
      throw role.error(
          "must be one of "
              + ROLES.entrySet().stream()
                  .map(known -> tags.getOrDefault(known.getKey(), known.getValue()))
                  .sorted()
                  .toList()
              + "; other words are named under tags");
    }
  }

  private static void copy(JsonValue row, @Nullable String column, ObjectNode to, String key) {
    JsonValue value = column == null ? null : row.find(column);
    if (value != null) {
      to.set(key, value.node());
    }
  }

  private static ObjectNode unpaired(List<Message> prompt, String completion, JsonValue good) {
    ObjectNode ours = JsonNodeFactory.instance.objectNode();
    ArrayNode turns = ours.putArray("prompt");
    for (Message message : prompt) {
      turns
          .addObject()
          .put("role", message.role().name().toLowerCase(Locale.ROOT))
          .put("content", message.content());
    }
    return ours.put("completion", completion).put("label", good.bool());
  }
}
