package io.rlhf4j.tokenizer.jinja;

import java.util.List;
import java.util.Map;

/** Jinja's tests: what may follow {@code is}. */
final class Checks {
  private Checks() {}

  static boolean holds(String name, Object value, Arguments arguments) {
    return switch (name) {
      case "eq", "==", "equalto" -> Python.equal(value, other(name, arguments));
      case "ne", "!=" -> !Python.equal(value, other(name, arguments));
      case "lt", "<", "lessthan" -> Python.compare(value, other(name, arguments), "<") < 0;
      case "le", "<=" -> Python.compare(value, other(name, arguments), "<=") <= 0;
      case "gt", ">", "greaterthan" -> Python.compare(value, other(name, arguments), ">") > 0;
      case "ge", ">=" -> Python.compare(value, other(name, arguments), ">=") >= 0;
      case "in" -> Python.contains(other(name, arguments), value);
      case "sameas" -> same(value, other(name, arguments));
      case "divisibleby" -> Python.equal(Numbers.calculate("%", value, other(name, arguments)), 0L);
      default -> {
        arguments.to("the test '" + name + "'");
        yield holds(name, value);
      }
    };
  }

  private static boolean holds(String name, Object value) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == None.NONE;
      case "true" -> value.equals(true);
      case "false" -> value.equals(false);
      case "boolean" -> value instanceof Boolean;
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "number" -> Numbers.isNumber(value);
      case "string" -> value instanceof String;
      case "mapping" -> value instanceof Map;
      case "sequence" ->
          value instanceof String
              || value instanceof List
              || value instanceof Map
              || value instanceof Undefined;
      case "iterable" ->
          value instanceof String
              || value instanceof Iterable
              || value instanceof Map
              || value instanceof Undefined
              || value instanceof LoopState;
      case "callable" -> value instanceof Callable || value instanceof Undefined;
      case "odd" -> Python.equal(Numbers.calculate("%", value, 2L), 1L);
      case "even" -> Python.equal(Numbers.calculate("%", value, 2L), 0L);
      case "lower" -> isCase(value, PythonText.lower(Python.str(value)));
      case "upper" -> isCase(value, PythonText.upper(Python.str(value)));
      case "filter" -> value instanceof String filter && Filters.isKnown(filter);
      default -> throw new TemplateException("chat template: there is no test '" + name + "' here");
    };
  }

  private static boolean isCase(Object value, String converted) {
    String text = Python.str(value);
    return text.equals(converted) && text.codePoints().anyMatch(PythonText::isCased);
  }

  private static Object other(String name, Arguments arguments) {
    return arguments.to("the test '" + name + "'", "other").get(0);
  }

  private static boolean same(Object a, Object b) {
    if (a instanceof Boolean || a == None.NONE || b instanceof Boolean || b == None.NONE) {
      return a.equals(b);
    }
    // Python compares addresses, which depend on its interpreter's caches.
    throw new TemplateException(
        "chat template: 'sameas' is supported for true, false and none only; use ==");
  }
}
