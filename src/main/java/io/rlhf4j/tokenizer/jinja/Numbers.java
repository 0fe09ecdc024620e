package io.rlhf4j.tokenizer.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Python's arithmetic on int (as long), float and bool. */
final class Numbers {
  private Numbers() {}

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  static boolean isWhole(Object value) {
    return value instanceof Long || value instanceof Boolean;
  }

  /** An int or bool as a long. */
  static long whole(Object value, String user) {
    if (value instanceof Long n) {
      return n;
    }
    if (value instanceof Boolean b) {
      return b ? 1 : 0;
    }
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    throw new TemplateException(
        "chat template: " + user + " needs an int, was given " + Python.typeName(value));
  }

  static double real(Object value) {
    return value instanceof Double d ? d : whole(value, "arithmetic");
  }

  static int compare(Object a, Object b) {
    return isWhole(a) && isWhole(b)
        ? Long.compare(whole(a, "comparison"), whole(b, "comparison"))
        : Double.compare(real(a) + 0.0, real(b) + 0.0);
  }

  /** {@code + - * / // % **} on two numbers. */
  static Object calculate(String operator, Object a, Object b) {
    try {
      return isWhole(a) && isWhole(b) && !operator.equals("/")
          ? whole(operator, whole(a, operator), whole(b, operator))
          : real(operator, real(a), real(b));
    } catch (ArithmeticException e) {
      throw new TemplateException(
          "chat template: "
              + Python.repr(a)
              + " "
              + operator
              + " "
              + Python.repr(b)
              + " cannot be calculated: "
              + e.getMessage());
    }
  }

  private static Object whole(String operator, long a, long b) {
    return switch (operator) {
      case "+" -> Math.addExact(a, b);
      case "-" -> Math.subtractExact(a, b);
      case "*" -> Math.multiplyExact(a, b);
      case "//" -> Math.floorDiv(a, b);
      case "%" -> Math.floorMod(a, b);
      case "**" -> b < 0 ? (Object) Math.pow(a, b) : (Object) power(a, b);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static long power(long base, long exponent) {
    long result = 1;
    for (long i = 0; i < exponent && result != 0 && (result != 1 || i == 0); i++) {
      result = Math.multiplyExact(result, base);
    }
    return base == -1 ? (exponent % 2 == 0 ? 1 : -1) : result;
  }

  private static Object real(String operator, double a, double b) {
    if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
      throw new ArithmeticException("division by zero");
    }
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      case "%" -> {
        double rest = a % b;
        yield rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
      }
      case "**" -> Math.pow(a, b);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  /** Python's round: half to even; a float stays a float. */
  static Object round(Object number, int digits, RoundingMode mode) {
    if (isWhole(number)) {
      if (mode == RoundingMode.HALF_EVEN && digits >= 0) {
        return whole(number, "round");
      }
    }
    double value = real(number);
    if (!Double.isFinite(value)) {
      return value;
    }
    // From the exact binary value, as Python does, not from its shortest decimal form.
    double rounded = new BigDecimal(value).setScale(digits, mode).doubleValue();
    return Math.copySign(rounded, value);
  }

  /** The shortest decimal form that reads back as the same number, in Python's layout. */
  static String repr(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = new BigDecimal(value);
    for (int precision = 1; precision <= 17; precision++) {
      shortest = new BigDecimal(value).round(new MathContext(precision, RoundingMode.HALF_EVEN));
      if (shortest.doubleValue() == value) {
        break;
      }
    }
    BigDecimal bare = shortest.stripTrailingZeros();
    int exponent = bare.precision() - bare.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = bare.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = bare.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + String.format("e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
