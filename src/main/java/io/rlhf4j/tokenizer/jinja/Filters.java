package io.rlhf4j.tokenizer.jinja;

import io.rlhf4j.tokenizer.jinja.Arguments.Bound;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Jinja's filters by name. */
final class Filters {
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "e",
          "escape",
          "filesizeformat",
          "forceescape",
          "groupby",
          "pprint",
          "random",
          "safe",
          "slice",
          "striptags",
          "urlencode",
          "urlize",
          "wordwrap",
          "xmlattr");

  private Filters() {}

  static Object apply(String name, Object value, Arguments arguments) {
    Object result = general(name, value, arguments);
    if (result == null) {
      result = TextFilters.apply(name, value, arguments);
    }
    if (result == null) {
      result = SequenceFilters.apply(name, value, arguments);
    }
    if (result == null) {
      throw new TemplateException(
          UNSUPPORTED.contains(name)
              ? "chat template: the filter '" + name + "' is not supported"
              : "chat template: there is no filter '" + name + "'");
    }
    return result;
  }

  static boolean isKnown(String name) {
    try {
      return general(name, "", Arguments.NONE) != null
          || TextFilters.apply(name, "", Arguments.NONE) != null
          || SequenceFilters.apply(name, "", Arguments.NONE) != null;
    } catch (TemplateException e) {
      return true; // It exists and wants arguments.
    }
  }

  private static @Nullable Object general(String name, Object value, Arguments arguments) {
    return switch (name) {
      case "default", "d" -> {
        Bound bound = arguments.to(name, "default_value", "boolean");
        boolean replace =
            value instanceof Undefined || (bound.flag(1, false) && !Python.truth(value));
        yield replace ? bound.get(0, "") : value;
      }
      case "length", "count" -> {
        arguments.to(name);
        yield Python.length(value);
      }
      case "tojson" -> Json.write(value, arguments);
      case "string" -> {
        arguments.to(name);
        yield Python.str(value);
      }
      case "attr" -> {
        String attribute = arguments.to(name, "name").text(0);
        Object found = value instanceof Map ? null : Access.attribute(value, attribute);
        yield found == null ? new Undefined("attribute '" + attribute + "'") : found;
      }
      case "int" -> {
        Bound bound = arguments.to(name, "default", "base");
        yield integer(value, bound.get(0, 0L), bound.integer(1, 10));
      }
      case "float" -> {
        Bound bound = arguments.to(name, "default");
        Object number = real(value);
        yield number == None.NONE ? bound.get(0, 0.0) : number;
      }
      case "abs" -> {
        arguments.to(name);
        yield Numbers.isWhole(value)
            ? (Object) Math.abs(Numbers.whole(value, name))
            : (Object) Math.abs(Numbers.real(value));
      }
      case "round" -> {
        Bound bound = arguments.to(name, "precision", "method");
        yield rounded(value, bound.integer(0, 0), bound.text(1, "common"));
      }
      default -> null;
    };
  }

  private static Object integer(Object value, Object otherwise, int base) {
    if (Numbers.isWhole(value)) {
      return Numbers.whole(value, "int");
    }
    if (value instanceof String text) {
      String digits = PythonText.lstrip(PythonText.rstrip(text)).replace("_", "");
      String prefix = base == 16 ? "0x" : base == 8 ? "0o" : base == 2 ? "0b" : "";
      String bare = PythonText.lower(digits).replaceFirst("^([+-]?)" + prefix, "$1");
      try {
        return Long.parseLong(bare, base);
      } catch (NumberFormatException e) {
        // Not an int; perhaps a float that can be cut.
      }
    }
    Object number = real(value);
    return number instanceof Double d && Double.isFinite(d)
        ? (Object) (long) (double) d
        : otherwise;
  }

  private static Object real(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (Numbers.isNumber(value)) {
      return Numbers.real(value);
    }
    if (value instanceof String text) {
      String number = PythonText.lstrip(PythonText.rstrip(text)).replace("_", "");
      if (number.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
        return Double.parseDouble(number);
      }
    }
    return None.NONE;
  }

  private static Object rounded(Object value, int digits, String method) {
    return switch (method) {
      case "common" -> Numbers.round(value, digits, RoundingMode.HALF_EVEN);
      case "ceil" -> {
        double scale = Math.pow(10, digits);
        yield Math.ceil(Numbers.real(value) * scale) / scale;
      }
      case "floor" -> {
        double scale = Math.pow(10, digits);
        yield Math.floor(Numbers.real(value) * scale) / scale;
      }
      default ->
          throw new TemplateException(
              "chat template: round's method must be common, ceil or floor, was " + method);
    };
  }
}
