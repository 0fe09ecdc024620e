package io.rlhf4j.tokenizer.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What Python says of values. A template's values are {@link None}, {@link Boolean}, {@link Long},
 * {@link Double}, {@link String}, {@link List} (with {@link Tuple} and {@link Range}), {@link Map}
 * (a dict in insertion order), {@link DictView}, {@link Generated}, {@link Namespace}, {@link
 * Callable}, {@link LoopState} and {@link Undefined}.
 */
final class Python {
  private Python() {}

  static boolean truth(Object value) {
    if (value instanceof Boolean b) {
      return b;
    }
    if (value instanceof Long n) {
      return n != 0;
    }
    if (value instanceof Double d) {
      return d != 0;
    }
    if (value instanceof String
        || value instanceof List
        || value instanceof Map
        || value instanceof DictView) {
      return length(value) > 0;
    }
    return !(value instanceof Undefined) && value != None.NONE;
  }

  /** What a template prints. */
  static String str(Object value) {
    return value instanceof String text ? text : value instanceof Undefined ? "" : repr(value);
  }

  static String repr(Object value) {
    if (value instanceof String text) {
      return PythonText.repr(text);
    }
    if (value instanceof Boolean b) {
      return b ? "True" : "False";
    }
    if (value instanceof Long n) {
      return n.toString();
    }
    if (value instanceof Double d) {
      return Numbers.repr(d);
    }
    if (value == None.NONE) {
      return "None";
    }
    if (value instanceof Undefined) {
      return "Undefined";
    }
    if (value instanceof Range range) {
      return range.repr();
    }
    if (value instanceof Tuple tuple) {
      return "(" + joined(tuple) + (tuple.size() == 1 ? ",)" : ")");
    }
    if (value instanceof List<?> list) {
      return "[" + joined(list) + "]";
    }
    if (value instanceof Map<?, ?> map) {
      return dict(map);
    }
    if (value instanceof DictView view) {
      return view.kind() + "([" + joined(view.items()) + "])";
    }
    if (value instanceof Namespace namespace) {
      return "<Namespace " + dict(namespace.attributes) + ">";
    }
    // Python would print an address here.
    throw new TemplateException("chat template: " + typeName(value) + " cannot be printed");
  }

  private static String joined(Iterable<?> items) {
    List<String> parts = new ArrayList<>();
    for (Object item : items) {
      parts.add(repr(item));
    }
    return String.join(", ", parts);
  }

  private static String dict(Map<?, ?> map) {
    List<String> parts = new ArrayList<>();
    map.forEach((key, value) -> parts.add(repr(key) + ": " + repr(value)));
    return "{" + String.join(", ", parts) + "}";
  }

  static boolean equal(Object a, Object b) {
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return Numbers.compare(a, b) == 0;
    }
    if (a instanceof Undefined && b instanceof Undefined) {
      return true;
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      if (x.size() != y.size() || !typeName(a).equals(typeName(b))) {
        return false;
      }
      for (int i = 0; i < x.size(); i++) {
        if (!equal(x.get(i), y.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      return x.size() == y.size()
          && x.entrySet().stream()
              .allMatch(
                  e ->
                      y.containsKey(e.getKey())
                          && equal(e.getValue(), Objects.requireNonNull(y.get(e.getKey()))));
    }
    return a.equals(b);
  }

  /** The order of two values of like kind. */
  static int compare(Object a, Object b, String operator) {
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return Numbers.compare(a, b);
    }
    if (a instanceof String x && b instanceof String y) {
      return compareCodePoints(x, y);
    }
    if (a instanceof List<?> x && b instanceof List<?> y && typeName(a).equals(typeName(b))) {
      for (int i = 0; i < Math.min(x.size(), y.size()); i++) {
        if (!equal(x.get(i), y.get(i))) {
          return compare(x.get(i), y.get(i), operator);
        }
      }
      return Integer.compare(x.size(), y.size());
    }
    throw unsupported(operator, a, b);
  }

  private static int compareCodePoints(String x, String y) {
    int i = 0;
    while (i < x.length() && i < y.length()) {
      int a = x.codePointAt(i);
      int b = y.codePointAt(i);
      if (a != b) {
        return Integer.compare(a, b);
      }
      i += Character.charCount(a);
    }
    return Integer.compare(x.length(), y.length());
  }

  static boolean contains(Object container, Object item) {
    if (container instanceof String text) {
      if (item instanceof String part) {
        return text.contains(part);
      }
      throw unsupported("in", item, container);
    }
    if (container instanceof Map<?, ?> map) {
      requireHashable(item);
      return map.containsKey(item);
    }
    for (Iterator<Object> items = iterate(container); items.hasNext(); ) {
      if (equal(items.next(), item)) {
        return true;
      }
    }
    return false;
  }

  /** What may be a dict's key. */
  static void requireHashable(Object value) {
    boolean list = value instanceof List && !(value instanceof Tuple) && !(value instanceof Range);
    if (list || value instanceof Map) {
      throw new TemplateException(
          "chat template: " + typeName(value) + " cannot be a key or be told apart by its value");
    }
  }

  /** The items of a loop: a string's characters, a dict's keys. */
  @SuppressWarnings("unchecked")
  static Iterator<Object> iterate(Object value) {
    if (value instanceof String text) {
      return text.codePoints().mapToObj(c -> (Object) Character.toString(c)).iterator();
    }
    if (value instanceof Map<?, ?> map) {
      return (Iterator<Object>) map.keySet().iterator();
    }
    if (value instanceof Iterable<?> items) {
      return (Iterator<Object>) items.iterator();
    }
    if (value instanceof Undefined) {
      return List.<Object>of().iterator();
    }
    throw new TemplateException("chat template: " + typeName(value) + " cannot be looped over");
  }

  static List<Object> list(Object value) {
    List<Object> list = new ArrayList<>();
    iterate(value).forEachRemaining(list::add);
    return list;
  }

  static long length(Object value) {
    if (value instanceof String text) {
      return text.codePointCount(0, text.length());
    }
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (value instanceof DictView view) {
      return view.items().size();
    }
    if (value instanceof Undefined) {
      return 0;
    }
    throw new TemplateException("chat template: " + typeName(value) + " has no length");
  }

  static TemplateException unsupported(String operator, Object a, Object b) {
    if (a instanceof Undefined undefined) {
      return undefined.error();
    }
    if (b instanceof Undefined undefined) {
      return undefined.error();
    }
    return new TemplateException(
        "chat template: '" + operator + "' is not for " + typeName(a) + " and " + typeName(b));
  }

  static String typeName(Object value) {
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Long) {
      return "int";
    }
    if (value instanceof Double) {
      return "float";
    }
    if (value instanceof String) {
      return "str";
    }
    if (value instanceof Tuple) {
      return "tuple";
    }
    if (value instanceof Range) {
      return "range";
    }
    if (value instanceof List) {
      return "list";
    }
    if (value instanceof Map) {
      return "dict";
    }
    if (value instanceof DictView view) {
      return view.kind();
    }
    if (value instanceof Callable) {
      return "a function";
    }
    return value.getClass().getSimpleName();
  }
}
