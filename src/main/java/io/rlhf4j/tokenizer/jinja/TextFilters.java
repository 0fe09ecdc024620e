package io.rlhf4j.tokenizer.jinja;

import io.rlhf4j.tokenizer.jinja.Arguments.Bound;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The filters that make text of whatever they are given. */
final class TextFilters {
  private static final Pattern WORD_BEGINNINGS = Pattern.compile("[-\\s({\\[<]+|[^-\\s({\\[<]+");
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

  private TextFilters() {}

  /** The filter's result, or null when the name is no text filter's. */
  static @Nullable Object apply(String name, Object value, Arguments arguments) {
    return switch (name) {
      case "trim" -> {
        Bound bound = arguments.to(name, "chars");
        String text = Python.str(value);
        yield bound.get(0, None.NONE) == None.NONE
            ? PythonText.lstrip(PythonText.rstrip(text))
            : PythonText.strip(text, bound.text(0), true, true);
      }
      case "upper" -> only(name, arguments, PythonText.upper(Python.str(value)));
      case "lower" -> only(name, arguments, PythonText.lower(Python.str(value)));
      case "capitalize" -> only(name, arguments, PythonText.capitalize(Python.str(value)));
      case "title" -> only(name, arguments, title(Python.str(value)));
      case "wordcount" -> only(name, arguments, WORD.matcher(Python.str(value)).results().count());
      case "replace" -> {
        Bound bound = arguments.to(name, "old", "new", "count");
        Object count = bound.get(2, None.NONE);
        yield StringMethods.replace(
            Python.str(value),
            Python.str(bound.get(0)),
            Python.str(bound.get(1)),
            count == None.NONE ? -1 : bound.integer(2, -1));
      }
      case "center" -> {
        int width = arguments.to(name, "width").integer(0, 80);
        yield StringMethods.padded(Python.str(value), width, " ", name);
      }
      case "indent" -> indent(text(name, value), arguments.to(name, "width", "first", "blank"));
      case "truncate" ->
          truncate(text(name, value), arguments.to(name, "length", "killwords", "end", "leeway"));
      case "format" -> {
        boolean named = !arguments.named().isEmpty();
        Object whole =
            named
                ? new LinkedHashMap<Object, Object>(arguments.named())
                : new Tuple(arguments.positional());
        yield Formatting.percent(
            Python.str(value), named ? List.of() : arguments.positional(), whole);
      }
      default -> null;
    };
  }

  /** These filters do other things to other values, as Python's duck typing has it. */
  private static String text(String filter, Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new TemplateException(
        "chat template: " + filter + " needs a string, was given " + Python.typeName(value));
  }

  private static Object only(String name, Arguments arguments, Object result) {
    arguments.to(name);
    return result;
  }

  private static String title(String text) {
    StringBuilder title = new StringBuilder();
    for (Matcher parts = WORD_BEGINNINGS.matcher(text); parts.find(); ) {
      String part = parts.group();
      int first = Character.charCount(part.codePointAt(0));
      title
          .append(PythonText.upper(part.substring(0, first)))
          .append(PythonText.lower(part.substring(first)));
    }
    return title.toString();
  }

  private static String indent(String text, Bound bound) {
    String indentation =
        bound.find(0) instanceof String given ? given : " ".repeat(bound.integer(0, 4));
    boolean blankToo = bound.flag(2, false);
    StringBuilder result = new StringBuilder(bound.flag(1, false) ? indentation : "");
    // Jinja adds a line break so that one at the end is not lost.
    List<Object> lines = StringMethods.lines(text + "\n", false);
    for (int i = 0; i < lines.size(); i++) {
      String line = Python.str(lines.get(i));
      if (i > 0) {
        result.append('\n').append(line.isEmpty() && !blankToo ? "" : indentation);
      }
      result.append(line);
    }
    return result.toString();
  }

  private static String truncate(String text, Bound bound) {
    int length = bound.integer(0, 255);
    String end = bound.text(2, "...");
    int leeway = bound.get(3, None.NONE) == None.NONE ? 5 : bound.integer(3, 5);
    if (Python.length(text) <= length + leeway) {
      return text;
    }
    String cut = (String) Access.slice(text, null, length - Python.length(end), null);
    if (!bound.flag(1, false) && cut.contains(" ")) {
      cut = cut.substring(0, cut.lastIndexOf(' '));
    }
    return cut + end;
  }
}
