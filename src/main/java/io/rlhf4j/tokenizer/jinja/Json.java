package io.rlhf4j.tokenizer.jinja;

import io.rlhf4j.tokenizer.jinja.Arguments.Bound;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The filter {@code tojson} as transformers defines it: json.dumps with its layout, without
 * escaping for HTML, keys in their order.
 */
final class Json {
  private final boolean ascii;
  private final @Nullable String indent;
  private final String itemSeparator;
  private final String keySeparator;
  private final boolean sorted;
  private final StringBuilder out = new StringBuilder();

  private Json(boolean ascii, @Nullable String indent, String item, String key, boolean sorted) {
    this.ascii = ascii;
    this.indent = indent;
    this.itemSeparator = item;
    this.keySeparator = key;
    this.sorted = sorted;
  }

  static String write(Object value, Arguments arguments) {
    Bound bound = arguments.to("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
    Object width = bound.get(1, None.NONE);
    String indent =
        width == None.NONE
            ? null
            : width instanceof String text
                ? text
                : " ".repeat((int) Math.max(0, Numbers.whole(width, "tojson")));
    String item = indent == null ? ", " : ",";
    String key = ": ";
    if (bound.get(2, None.NONE) instanceof List<?> pair && pair.size() == 2) {
      item = Python.str(pair.get(0));
      key = Python.str(pair.get(1));
    }
    Json json = new Json(bound.flag(0, false), indent, item, key, bound.flag(3, false));
    json.value(value, 1);
    return json.out.toString();
  }

  private void value(Object value, int depth) {
    if (value instanceof Map<?, ?> map) {
      object(map, depth);
    } else if (value instanceof List<?> list && !(value instanceof Range)) {
      array(list, depth);
    } else if (value instanceof String text) {
      string(text);
    } else {
      out.append(scalar(value));
    }
  }

  private static String scalar(Object value) {
    if (value == None.NONE) {
      return "null";
    }
    if (value instanceof Boolean b) {
      return b ? "true" : "false";
    }
    if (value instanceof Double d && !Double.isFinite(d)) {
      return Double.isNaN(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity";
    }
    if (Numbers.isNumber(value)) {
      return Python.repr(value);
    }
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    throw new TemplateException("chat template: JSON has no " + Python.typeName(value));
  }

  private void object(Map<?, ?> map, int depth) {
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    if (sorted) {
      entries.sort(
          Comparator.comparing(Map.Entry::getKey, (a, b) -> Python.compare(a, b, "sort_keys")));
    }
    out.append('{');
    for (int i = 0; i < entries.size(); i++) {
      separate(i, depth);
      Object key = entries.get(i).getKey();
      string(key instanceof String text ? text : scalar(key));
      out.append(keySeparator);
      value(entries.get(i).getValue(), depth + 1);
    }
    close(entries.isEmpty(), depth, '}');
  }

  private void array(List<?> list, int depth) {
    out.append('[');
    for (int i = 0; i < list.size(); i++) {
      separate(i, depth);
      value(list.get(i), depth + 1);
    }
    close(list.isEmpty(), depth, ']');
  }

  private void separate(int index, int depth) {
    if (index > 0) {
      out.append(itemSeparator);
    }
    if (indent != null) {
      out.append('\n').append(indent.repeat(depth));
    }
  }

  private void close(boolean empty, int depth, char bracket) {
    if (indent != null && !empty) {
      out.append('\n').append(indent.repeat(depth - 1));
    }
    out.append(bracket);
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 0x20 || (ascii && c > 0x7e)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
