package io.rlhf4j.eval.contamination;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.JsonValue;
import io.rlhf4j.data.TableFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The texts of any file: what an evaluation set asks, or all that a training file holds. */
final class ItemTexts {
  /** Columns that hold what is asked, the surest first. */
  private static final List<String> ASKED =
      List.of(
          "question",
          "Question",
          "prompt",
          "context",
          "instruction",
          "sentence",
          "sent_more",
          "ctx",
          "premise",
          "text");

  /** A text and the line of its first row. */
  record Item(String where, String text) {}

  private ItemTexts() {}

  /**
   * The distinct texts that a file's rows ask.
   *
   * @param field the column; null takes the first known one, or all texts of a row
   */
  static List<Item> asked(Path file, @Nullable String field) {
    Map<String, Item> items = new LinkedHashMap<>();
    for (JsonValue row : rows(file)) {
      String text = asked(row, field);
      if (!text.isBlank()) {
        items.putIfAbsent(text, new Item(row.where(), text));
      }
    }
    return List.copyOf(items.values());
  }

  /** All that each row of a file says, as one text per row. */
  static List<Item> everything(Path file) {
    return rows(file).stream().map(row -> new Item(row.where(), all(row.node()))).toList();
  }

  private static List<JsonValue> rows(Path file) {
    List<JsonValue> rows = TableFile.read(file, TableFile.REFUSE);
    if (rows.isEmpty()) {
      throw new InputException(file + " holds no rows");
    }
    return rows;
  }

  private static String asked(JsonValue row, @Nullable String field) {
    if (field != null) {
      return all(row.get(field).node());
    }
    for (String name : row.isObject() ? ASKED : List.<String>of()) {
      JsonValue value = row.find(name);
      if (value != null) {
        // RealToxicityPrompts keeps scores beside the text.
        JsonNode inner = value.node().get("text");
        return all(inner == null ? value.node() : inner);
      }
    }
    return all(row.node());
  }

  private static String all(JsonNode node) {
    List<String> texts = new ArrayList<>();
    collect(node, texts);
    return String.join("\n", texts);
  }

  private static void collect(JsonNode node, List<String> texts) {
    if (node.isTextual()) {
      texts.add(node.textValue());
    }
    node.forEach(child -> collect(child, texts));
  }
}
