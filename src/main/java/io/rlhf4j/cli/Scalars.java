package io.rlhf4j.cli;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Single values of a configuration: text to type and back. */
final class Scalars {
  private Scalars() {}

  /** The value, or null when the text does not follow {@link #rule}. */
  static @Nullable Object parse(String text, Class<?> type) {
    if (type == String.class) {
      return text;
    }
    if (type.isEnum()) {
      return constant(text, type);
    }
    try {
      if (type == int.class || type == Integer.class) {
        return number(text).intValueExact();
      } else if (type == long.class || type == Long.class) {
        return number(text).longValueExact();
      } else if (type == double.class || type == Double.class) {
        return number(text).doubleValue();
      } else if (type == OptionalInt.class) {
        return OptionalInt.of(number(text).intValueExact());
      } else if (type == OptionalLong.class) {
        return OptionalLong.of(number(text).longValueExact());
      } else if (type == OptionalDouble.class) {
        return OptionalDouble.of(number(text).doubleValue());
      } else if (type == boolean.class || type == Boolean.class) {
        return text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null;
      } else if (type == Path.class) {
        return text.isEmpty() ? null : Path.of(text);
      }
    } catch (ArithmeticException | NumberFormatException | InvalidPathException e) {
      return null;
    }
    throw new IllegalStateException("a configuration cannot hold a " + type.getName());
  }

  /** What a value of this type looks like: "X must be ...". */
  static String rule(Class<?> type) {
    if (type.isEnum()) {
      List<String> names = new ArrayList<>();
      for (Object constant : type.getEnumConstants()) {
        names.add(text(constant));
      }
      return oneOf(names);
    } else if (type == int.class || type == Integer.class || type == OptionalInt.class) {
      return "a whole number between -2147483648 and 2147483647";
    } else if (type == long.class || type == Long.class || type == OptionalLong.class) {
      return "a whole number";
    } else if (type == double.class || type == Double.class || type == OptionalDouble.class) {
      return "a number such as 0.1 or 2e-5";
    } else if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    } else if (type == Path.class) {
      return "a path";
    }
    return type == String.class ? "text" : type == List.class ? "a list" : "a section of keys";
  }

  static String oneOf(Collection<String> names) {
    return "one of " + String.join(", ", names);
  }

  /** As {@link #parse} reads it back. */
  static String text(Object value) {
    if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT);
    }
    if (value instanceof Double number) {
      // 1.0E7 is text to YAML readers of the 1.1 kind, 1.0e+7 is a number to all
      return Double.toString(number).replaceAll("E(?=\\d)", "e+").replace("E-", "e-");
    }
    return String.valueOf(value);
  }

  private static BigDecimal number(String text) {
    return new BigDecimal(text.replaceAll("(?<=\\d)_(?=\\d)", ""));
  }

  private static @Nullable Object constant(String text, Class<?> type) {
    for (Object constant : type.getEnumConstants()) {
      if (text(constant).equals(text)) {
        return constant;
      }
    }
    return null;
  }
}
