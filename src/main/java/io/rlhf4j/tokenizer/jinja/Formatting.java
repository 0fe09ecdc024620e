package io.rlhf4j.tokenizer.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Python's two ways to put values into a string, as far as chat templates go. */
final class Formatting {
  private static final Pattern CONVERSION =
      Pattern.compile("%(?:\\((\\w+)\\))?([-0+]*)(\\d*)(?:\\.(\\d+))?(.)", Pattern.DOTALL);
  private static final Pattern FIELD = Pattern.compile("\\{\\{|\\}\\}|\\{(\\w*)\\}|[{}]");

  private Formatting() {}

  /**
   * {@code text % values}: the conversions s, r, d, i, f, x and %, with flags, width and precision.
   *
   * @param whole the right-hand side as it is; a dict for {@code %(name)s}
   */
  static String percent(String text, List<Object> values, Object whole) {
    Iterator<Object> rest = values.iterator();
    Matcher matcher = CONVERSION.matcher(text);
    StringBuilder result = new StringBuilder();
    int at = 0;
    boolean named = false;
    for (int next = text.indexOf('%'); next >= 0; next = text.indexOf('%', at)) {
      result.append(text, at, next);
      if (!matcher.region(next, text.length()).lookingAt()) {
        throw new TemplateException("chat template: the format '" + text + "' is incomplete");
      }
      at = matcher.end();
      if (matcher.group(5).equals("%")) {
        result.append('%');
      } else if (matcher.group(1) != null) {
        named = true;
        result.append(converted(matcher, Access.item(whole, matcher.group(1))));
      } else if (rest.hasNext()) {
        result.append(converted(matcher, rest.next()));
      } else {
        throw new TemplateException("chat template: too few values for the format '" + text + "'");
      }
    }
    boolean alone = whole instanceof Map || (whole instanceof List && !(whole instanceof Tuple));
    if (rest.hasNext() && !named && !alone) {
      throw new TemplateException("chat template: too many values for the format '" + text + "'");
    }
    return result.append(text.substring(at)).toString();
  }

  private static String converted(Matcher matcher, Object value) {
    String flags = matcher.group(2);
    String precision = matcher.group(4);
    String body =
        switch (matcher.group(5)) {
          case "s" -> shortened(Python.str(value), precision);
          case "r" -> shortened(Python.repr(value), precision);
          case "d", "i" -> String.valueOf(truncated(value));
          case "x" -> Long.toHexString(Numbers.whole(value, "%x"));
          case "f" ->
              new BigDecimal(Numbers.real(value))
                  .setScale(
                      precision == null ? 6 : Integer.parseInt(precision), RoundingMode.HALF_EVEN)
                  .toPlainString();
          default ->
              throw new TemplateException(
                  "chat template: the conversion '" + matcher.group() + "' is not supported");
        };
    boolean number = !matcher.group(5).equals("s") && !matcher.group(5).equals("r");
    if (number && flags.contains("+") && !body.startsWith("-")) {
      body = "+" + body;
    }
    int width = matcher.group(3).isEmpty() ? 0 : Integer.parseInt(matcher.group(3));
    int missing = Math.max(0, width - (int) Python.length(body));
    if (flags.contains("-")) {
      return body + " ".repeat(missing);
    }
    if (number && flags.contains("0")) {
      boolean signed = body.startsWith("-") || body.startsWith("+");
      return (signed ? body.substring(0, 1) : "")
          + "0".repeat(missing)
          + (signed ? body.substring(1) : body);
    }
    return " ".repeat(missing) + body;
  }

  private static long truncated(Object value) {
    return value instanceof Double d ? (long) (double) d : Numbers.whole(value, "%d");
  }

  private static String shortened(String text, @Nullable String precision) {
    if (precision == null || Python.length(text) <= Integer.parseInt(precision)) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, Integer.parseInt(precision)));
  }

  /** {@code text.format(...)} with plain fields: {@code {}}, {@code {0}} and {@code {name}}. */
  static String braces(String text, Arguments arguments) {
    Matcher matcher = FIELD.matcher(text);
    StringBuilder result = new StringBuilder();
    int automatic = 0;
    while (matcher.find()) {
      String field = matcher.group(1);
      String put;
      if (field == null) {
        put =
            switch (matcher.group()) {
              case "{{" -> "{";
              case "}}" -> "}";
              default ->
                  throw new TemplateException(
                      "chat template: of format() only {}, {0} and {name} are supported, found '"
                          + text
                          + "'");
            };
      } else {
        String key = field.isEmpty() ? String.valueOf(automatic++) : field;
        put = Python.str(argument(arguments, key));
      }
      matcher.appendReplacement(result, Matcher.quoteReplacement(put));
    }
    return matcher.appendTail(result).toString();
  }

  private static Object argument(Arguments arguments, String key) {
    Object value = arguments.named().get(key);
    if (value == null && key.matches("\\d{1,4}")) {
      int place = Integer.parseInt(key);
      value = place < arguments.positional().size() ? arguments.positional().get(place) : null;
    }
    if (value == null) {
      throw new TemplateException("chat template: format() was given no value for {" + key + "}");
    }
    return value;
  }
}
