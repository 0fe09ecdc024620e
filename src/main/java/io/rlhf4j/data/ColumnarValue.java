package io.rlhf4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values of Parquet and Arrow columns as JSON. A column is there for every row, so an absent value
 * can only be a null one; in objects it becomes an absent key, as it is in JSON Lines.
 */
final class ColumnarValue {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ColumnarValue() {}

  static JsonNode json(@Nullable Object value) {
    if (value == null) {
      return JSON.nullNode();
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = JSON.objectNode();
      map.forEach(
          (key, one) -> {
            JsonNode node = json(one);
            if (!node.isNull()) {
              object.set(String.valueOf(key), node);
            }
          });
      return object;
    }
    if (value instanceof Iterable<?> list) {
      ArrayNode array = JSON.arrayNode();
      list.forEach(one -> array.add(json(one)));
      return array;
    }
    if (value instanceof Boolean truth) {
      return JSON.booleanNode(truth);
    }
    if (value instanceof Number number) {
      return number(number);
    }
    return value instanceof byte[] bytes
        ? JSON.binaryNode(bytes)
        : JSON.textNode(value.toString()); // dates and the like, too
  }

  private static JsonNode number(Number number) {
    if (number instanceof Double || number instanceof Float) {
      // JSON has no such number, and pandas writes it where there is no value.
      return Double.isFinite(number.doubleValue())
          ? JSON.numberNode(number.doubleValue())
          : JSON.nullNode();
    }
    return number instanceof BigDecimal decimal
        ? JSON.numberNode(decimal)
        : JSON.numberNode(number.longValue());
  }
}
