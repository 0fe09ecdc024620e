package io.rlhf4j.eval.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.data.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with places for a row's fields: {@code {question}}, {@code {prompt.text}} inside an
 * object, {@code {answers.0.text}} inside a list; {@code {spans|and}} joins a list with " and ".
 */
record Template(String text) {
  private static final Pattern PLACE = Pattern.compile("\\{([^{}|]+)(?:\\|([^{}]*))?\\}");

  /** The one text that a row gives; every field must be there. */
  String fill(String where, JsonNode row) {
    List<String> all = all(row);
    if (all.size() != 1) {
      throw new InputException(
          "%s: the fields of '%s' are %s; the row has %s"
              .formatted(where, text, all.isEmpty() ? "missing" : "lists", fields(row)));
    }
    return all.get(0);
  }

  /**
   * All texts that a row gives: none where a field is missing or null, several where the template
   * is a single field that holds a list.
   */
  List<String> all(JsonNode row) {
    Matcher whole = PLACE.matcher(text);
    if (whole.matches() && whole.group(2) == null) {
      return values(row, whole.group(1));
    }
    StringBuilder filled = new StringBuilder();
    Matcher place = PLACE.matcher(text);
    while (place.find()) {
      List<String> values = values(row, place.group(1));
      if (values.isEmpty() || (values.size() > 1 && place.group(2) == null)) {
        return List.of();
      }
      place.appendReplacement(
          filled, Matcher.quoteReplacement(String.join(" " + place.group(2) + " ", values)));
    }
    return List.of(place.appendTail(filled).toString());
  }

  private static List<String> values(JsonNode row, String path) {
    List<JsonNode> nodes = List.of(row);
    for (String step : path.strip().split("\\.")) {
      List<JsonNode> next = new ArrayList<>();
      for (JsonNode node : nodes) {
        if (node.isArray() && !step.matches("\\d+")) {
          node.forEach(element -> add(next, element.get(step)));
        } else {
          add(next, node.isArray() ? node.get(Integer.parseInt(step)) : node.get(step));
        }
      }
      nodes = next;
    }
    List<String> values = new ArrayList<>();
    for (JsonNode node : nodes) {
      if (node.isArray()) {
        node.forEach(element -> values.add(element.asText()));
      } else if (node.isValueNode()) {
        values.add(node.asText());
      }
    }
    return values;
  }

  private static void add(List<JsonNode> nodes, JsonNode node) {
    if (node != null && !node.isNull()) {
      nodes.add(node);
    }
  }

  private static List<String> fields(JsonNode row) {
    return row.properties().stream().map(Map.Entry::getKey).toList();
  }
}
