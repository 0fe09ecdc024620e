package io.rlhf4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value that knows where it stands, so that every complaint about it can say so.
 *
 * @param where file and line, as in {@code rankings.jsonl:3}
 * @param path how to reach the value inside its row, as in {@code metadata[1].hallucination}; empty
 *     for the row itself
 */
public record JsonValue(String where, String path, JsonNode node) {
  private static final int SHOWN = 60;

  /** The value of a key that must be there and not be null. */
  public JsonValue get(String key) {
    JsonValue value = find(key);
    if (value == null) {
      throw new InputException(
          "%s: key '%s' is missing%s; the keys found are %s"
              .formatted(where, key, path.isEmpty() ? "" : " in " + path, keys()));
    }
    return value;
  }

  /** The value of a key, or null when it is absent or null. */
  public @Nullable JsonValue find(String key) {
    requireObject();
    JsonNode value = node.get(key);
    return value == null || value.isNull()
        ? null
        : new JsonValue(where, path.isEmpty() ? key : path + "." + key, value);
  }

  /** Whether the key is there and not null. */
  public boolean has(String key) {
    return find(key) != null;
  }

  /** The keys of an object in the file's order. */
  public List<String> keys() {
    requireObject();
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  public String text() {
    if (!node.isTextual()) {
      throw error("must be a string");
    }
    return node.textValue();
  }

  /** Text under a key, or the fallback when the key is absent. */
  public String text(String key, String fallback) {
    JsonValue value = find(key);
    return value == null ? fallback : value.text();
  }

  /** A string, or a number or truth value that some writer took a string for. */
  public String scalarText() {
    if (!node.isValueNode() || node.isNull()) {
      throw error("must be a string, a number, true or false");
    }
    return node.asText();
  }

  public int integer() {
    // 3.0 is an integer too: some writers turn a column into floats as soon as one value is
    // missing.
    if (!node.isNumber()
        || !node.canConvertToInt()
        || node.doubleValue() != Math.rint(node.doubleValue())) {
      throw error("must be a whole number");
    }
    return node.intValue();
  }

  public double number() {
    if (!node.isNumber()) {
      throw error("must be a number");
    }
    return node.doubleValue();
  }

  public boolean bool() {
    if (!node.isBoolean()) {
      throw error("must be true or false");
    }
    return node.booleanValue();
  }

  /** The elements of a list. */
  public List<JsonValue> items() {
    if (!node.isArray()) {
      throw error("must be a list");
    }
    List<JsonValue> items = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      items.add(new JsonValue(where, path + "[" + i + "]", node.get(i)));
    }
    return items;
  }

  public boolean isText() {
    return node.isTextual();
  }

  public boolean isList() {
    return node.isArray();
  }

  public boolean isObject() {
    return node.isObject();
  }

  /** A complaint: where, what, the rule, and the value found. */
  public InputException error(String rule) {
    String shown = node.toString();
    if (shown.length() > SHOWN) {
      shown = shown.substring(0, SHOWN) + "...";
    }
    return new InputException(
        "%s: %s %s, was %s".formatted(where, path.isEmpty() ? "the row" : path, rule, shown));
  }

  private void requireObject() {
    if (!node.isObject()) {
      throw error("must be an object {...}");
    }
  }
}
