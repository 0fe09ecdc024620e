package io.rlhf4j.tokenizer.jinja;

import io.rlhf4j.tokenizer.jinja.Arguments.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of Python's str. */
final class StringMethods {
  /** Those that exist in Python but not here: asking for one is an error, not undefined. */
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "encode",
          "expandtabs",
          "format_map",
          "isascii",
          "isdecimal",
          "isidentifier",
          "isnumeric",
          "isprintable",
          "istitle",
          "maketrans",
          "translate");

  private StringMethods() {}

  static @Nullable Callable find(String text, String name) {
    return switch (name) {
      case "strip" -> a -> stripped(text, a.to(name, "chars"), true, true);
      case "lstrip" -> a -> stripped(text, a.to(name, "chars"), true, false);
      case "rstrip" -> a -> stripped(text, a.to(name, "chars"), false, true);
      case "upper" -> a -> none(a, name, PythonText.upper(text));
      case "lower", "casefold" -> a -> none(a, name, PythonText.lower(text));
      case "title" -> a -> none(a, name, PythonText.title(text));
      case "capitalize" -> a -> none(a, name, PythonText.capitalize(text));
      case "swapcase" -> a -> none(a, name, swapCase(text));
      case "startswith" -> a -> affix(text, a.to(name, "prefix", "start", "end"), true);
      case "endswith" -> a -> affix(text, a.to(name, "suffix", "start", "end"), false);
      case "removeprefix" ->
          a -> {
            String prefix = a.to(name, "prefix").text(0);
            return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
          };
      case "removesuffix" ->
          a -> {
            String suffix = a.to(name, "suffix").text(0);
            return text.endsWith(suffix)
                ? text.substring(0, text.length() - suffix.length())
                : text;
          };
      case "split" -> a -> split(text, a.to(name, "sep", "maxsplit"), false);
      case "rsplit" -> a -> split(text, a.to(name, "sep", "maxsplit"), true);
      case "splitlines" -> a -> lines(text, a.to(name, "keepends").flag(0, false));
      case "partition" -> a -> partition(text, a.to(name, "sep").text(0), false);
      case "rpartition" -> a -> partition(text, a.to(name, "sep").text(0), true);
      case "replace" ->
          a -> {
            Bound bound = a.to(name, "old", "new", "count");
            return replace(text, bound.text(0), bound.text(1), bound.integer(2, -1));
          };
      case "join" -> a -> join(text, a.to(name, "iterable").get(0));
      case "find" -> a -> (long) position(text, a.to(name, "sub", "start", "end"), false);
      case "rfind" -> a -> (long) position(text, a.to(name, "sub", "start", "end"), true);
      case "index", "rindex" ->
          a -> {
            int place = position(text, a.to(name, "sub", "start", "end"), name.startsWith("r"));
            if (place < 0) {
              throw new TemplateException("chat template: " + name + "() found no such substring");
            }
            return (long) place;
          };
      case "count" -> a -> count(text, a.to(name, "sub").text(0));
      case "isdigit" -> a -> none(a, name, all(text, Character::isDigit));
      case "isalpha" -> a -> none(a, name, all(text, Character::isLetter));
      case "isalnum" -> a -> none(a, name, all(text, Character::isLetterOrDigit));
      case "isspace" -> a -> none(a, name, all(text, PythonText::isSpace));
      case "isupper" -> a -> none(a, name, isCase(text, PythonText.upper(text)));
      case "islower" -> a -> none(a, name, isCase(text, PythonText.lower(text)));
      case "zfill" -> a -> zeros(text, a.to(name, "width").integer(0, 0));
      case "ljust", "rjust", "center" ->
          a -> {
            Bound bound = a.to(name, "width", "fillchar");
            return padded(text, bound.integer(0, 0), bound.text(1, " "), name);
          };
      case "format" -> a -> Formatting.braces(text, a);
      default -> {
        if (UNSUPPORTED.contains(name)) {
          throw new TemplateException(
              "chat template: the string method " + name + "() is not supported");
        }
        yield null;
      }
    };
  }

  private static Object none(Arguments arguments, String name, Object result) {
    arguments.to(name);
    return result;
  }

  private static String stripped(String text, Bound bound, boolean left, boolean right) {
    if (bound.get(0, None.NONE) == None.NONE) {
      String rest = left ? PythonText.lstrip(text) : text;
      return right ? PythonText.rstrip(rest) : rest;
    }
    return PythonText.strip(text, bound.text(0), left, right);
  }

  private static boolean affix(String whole, Bound bound, boolean start) {
    String text = cut(whole, bound);
    List<Object> candidates = bound.get(0) instanceof Tuple any ? any : List.of(bound.text(0));
    return candidates.stream()
        .map(Python::str)
        .anyMatch(candidate -> start ? text.startsWith(candidate) : text.endsWith(candidate));
  }

  /** The part of a text between the second and the third argument. */
  private static String cut(String text, Bound bound) {
    Object start = bound.get(1, None.NONE);
    Object stop = bound.get(2, None.NONE);
    return (String)
        Access.slice(
            text,
            start == None.NONE ? null : (Long) Numbers.whole(start, bound.function()),
            stop == None.NONE ? null : (Long) Numbers.whole(stop, bound.function()),
            null);
  }

  private static int position(String text, Bound bound, boolean last) {
    String part = cut(text, bound);
    int place = last ? part.lastIndexOf(bound.text(0)) : part.indexOf(bound.text(0));
    if (place < 0) {
      return -1;
    }
    Object start = bound.get(1, None.NONE);
    long from = start == None.NONE ? 0 : Numbers.whole(start, bound.function());
    long skipped = from < 0 ? Math.max(0, from + Python.length(text)) : from;
    return part.codePointCount(0, place) + (int) skipped;
  }

  private static long count(String text, String part) {
    if (part.isEmpty()) {
      return Python.length(text) + 1;
    }
    long count = 0;
    for (int i = text.indexOf(part); i >= 0; i = text.indexOf(part, i + part.length())) {
      count++;
    }
    return count;
  }

  private static List<Object> split(String text, Bound bound, boolean fromRight) {
    int limit = bound.integer(1, -1);
    boolean onSpace = bound.get(0, None.NONE) == None.NONE;
    if (!onSpace && bound.text(0).isEmpty()) {
      throw new TemplateException("chat template: split() needs a separator that is not empty");
    }
    List<Object> parts = new ArrayList<>();
    String rest = onSpace ? PythonText.lstrip(PythonText.rstrip(text)) : text;
    while (limit < 0 || parts.size() < limit) {
      int[] gap = onSpace ? gap(rest, fromRight) : separator(rest, bound.text(0), fromRight);
      if (gap.length == 0) {
        break;
      }
      String before = rest.substring(0, gap[0]);
      String after = rest.substring(gap[1]);
      parts.add(fromRight ? 0 : parts.size(), fromRight ? after : before);
      rest = fromRight ? before : after;
    }
    if (!onSpace || !rest.isEmpty()) {
      // What is left over by a limit keeps the white space at its far end.
      String far = onSpace && limit >= 0 ? farEnd(text, rest, fromRight) : rest;
      parts.add(fromRight ? 0 : parts.size(), far);
    }
    return parts;
  }

  private static String farEnd(String text, String rest, boolean fromRight) {
    boolean touches = fromRight ? PythonText.lstrip(text).startsWith(rest) : text.contains(rest);
    if (!touches) {
      return rest;
    }
    return fromRight
        ? text.substring(0, text.length() - PythonText.lstrip(text).length()) + rest
        : rest + text.substring(PythonText.rstrip(text).length());
  }

  private static int[] separator(String text, String separator, boolean last) {
    int place = last ? text.lastIndexOf(separator) : text.indexOf(separator);
    return place < 0 ? new int[0] : new int[] {place, place + separator.length()};
  }

  /** The first or last run of white space. */
  private static int[] gap(String text, boolean last) {
    int step = last ? -1 : 1;
    for (int i = last ? text.length() - 1 : 0; i >= 0 && i < text.length(); i += step) {
      if (PythonText.isSpace(text.charAt(i))) {
        int end = i;
        while (end >= 0 && end < text.length() && PythonText.isSpace(text.charAt(end))) {
          end += step;
        }
        return last ? new int[] {end + 1, i + 1} : new int[] {i, end};
      }
    }
    return new int[0];
  }

  static List<Object> lines(String text, boolean keepEnds) {
    List<Object> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029".indexOf(c) >= 0) {
        int end = c == '\r' && text.startsWith("\n", i + 1) ? i + 2 : i + 1;
        lines.add(text.substring(start, keepEnds ? end : i));
        start = end;
        i = end - 1;
      }
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  private static Tuple partition(String text, String separator, boolean last) {
    int[] place = separator(text, separator, last);
    if (place.length == 0) {
      return new Tuple(last ? List.of("", "", text) : List.of(text, "", ""));
    }
    return new Tuple(List.of(text.substring(0, place[0]), separator, text.substring(place[1])));
  }

  static String replace(String text, String old, String fresh, int limit) {
    if (limit < 0 && !old.isEmpty()) {
      return text.replace(old, fresh);
    }
    StringBuilder result = new StringBuilder();
    int at = 0;
    int done = 0;
    while (limit < 0 || done < limit) {
      int place = text.indexOf(old, at);
      if (place < 0) {
        break;
      }
      result.append(text, at, place).append(fresh);
      done++;
      at = place + old.length();
      if (old.isEmpty()) {
        if (place >= text.length()) {
          return result.toString();
        }
        int next = text.offsetByCodePoints(place, 1);
        result.append(text, place, next);
        at = next;
      }
    }
    return result.append(text.substring(Math.min(at, text.length()))).toString();
  }

  private static String join(String between, Object items) {
    List<String> parts = new ArrayList<>();
    for (Object item : Python.list(items)) {
      if (!(item instanceof String part)) {
        throw new TemplateException(
            "chat template: join() needs strings, was given " + Python.typeName(item));
      }
      parts.add(part);
    }
    return String.join(between, parts);
  }

  private static String swapCase(String text) {
    StringBuilder swapped = new StringBuilder();
    text.codePoints()
        .mapToObj(Character::toString)
        .forEach(
            c ->
                swapped.append(
                    Character.isUpperCase(c.codePointAt(0))
                        ? PythonText.lower(c)
                        : PythonText.upper(c)));
    return swapped.toString();
  }

  private static boolean all(String text, IntPredicate test) {
    return !text.isEmpty() && text.codePoints().allMatch(test);
  }

  private static boolean isCase(String text, String converted) {
    return text.equals(converted) && text.codePoints().anyMatch(PythonText::isCased);
  }

  private static String zeros(String text, int width) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    int missing = width - (int) Python.length(text);
    return missing <= 0
        ? text
        : (signed ? text.substring(0, 1) : "")
            + "0".repeat(missing)
            + (signed ? text.substring(1) : text);
  }

  static String padded(String text, int width, String fill, String method) {
    int missing = Math.max(0, width - (int) Python.length(text));
    // Python's center puts the odd place left when the width is odd too.
    int left =
        switch (method) {
          case "ljust" -> 0;
          case "rjust" -> missing;
          default -> missing / 2 + (missing & width & 1);
        };
    return fill.repeat(left) + text + fill.repeat(missing - left);
  }
}
