package io.rlhf4j.label.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tables and pictures about one subject.
 *
 * @param title for people
 * @param empty why there is nothing to show; empty when there is
 */
public record Report(String title, String empty, List<Table> tables, List<Picture> pictures) {
  public Report {
    tables = List.copyOf(tables);
    pictures = List.copyOf(pictures);
  }

  static Report empty(String title, String why) {
    return new Report(title, why, List.of(), List.of());
  }

  public @Nullable Table table(String name) {
    return tables.stream().filter(table -> table.name().equals(name)).findFirst().orElse(null);
  }

  /** For the console. */
  public String text() {
    StringBuilder text = new StringBuilder();
    if (!empty.isEmpty()) {
      text.append(empty).append('\n');
    }
    for (Table table : tables) {
      text.append(text.isEmpty() ? "" : "\n").append(table.text());
    }
    return text.toString();
  }

  /** One list of rows per table, by name. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    tables.forEach(table -> json.set(table.name(), table.json()));
    return json;
  }
}
