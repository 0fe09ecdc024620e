package io.rlhf4j.tokenizer.jinja;

import java.util.ArrayList;
import java.util.List;

/** Operators on values of all kinds. */
final class Operators {
  private Operators() {}

  static Object apply(String operator, Object a, Object b) {
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return Numbers.calculate(operator, a, b);
    }
    switch (operator) {
      case "+" -> {
        if (a instanceof String x && b instanceof String y) {
          return x + y;
        }
        boolean alike = Python.typeName(a).equals(Python.typeName(b));
        if (a instanceof List<?> x && b instanceof List<?> y && alike && !(a instanceof Range)) {
          List<Object> both = new ArrayList<>(x);
          both.addAll(y);
          return a instanceof Tuple ? new Tuple(both) : both;
        }
      }
      case "*" -> {
        if (Numbers.isWhole(a) && !Numbers.isWhole(b)) {
          return apply(operator, b, a);
        }
        if (a instanceof String text && Numbers.isWhole(b)) {
          return text.repeat(times(b));
        }
        if (a instanceof List<?> list && Numbers.isWhole(b) && !(a instanceof Range)) {
          List<Object> many = new ArrayList<>();
          for (int i = 0; i < times(b); i++) {
            many.addAll(list);
          }
          return a instanceof Tuple ? new Tuple(many) : many;
        }
      }
      case "%" -> {
        if (a instanceof String text) {
          List<Object> values = b instanceof Tuple tuple ? tuple : List.of(b);
          return Formatting.percent(text, values, b);
        }
      }
      default -> {}
    }
    throw Python.unsupported(operator, a, b);
  }

  private static int times(Object count) {
    return (int) Math.max(0, Numbers.whole(count, "*"));
  }

  static boolean compare(String operator, Object a, Object b) {
    return switch (operator) {
      case "==" -> Python.equal(a, b);
      case "!=" -> !Python.equal(a, b);
      case "<" -> Python.compare(a, b, operator) < 0;
      case "<=" -> Python.compare(a, b, operator) <= 0;
      case ">" -> Python.compare(a, b, operator) > 0;
      case ">=" -> Python.compare(a, b, operator) >= 0;
      case "in" -> Python.contains(b, a);
      case "not in" -> !Python.contains(b, a);
      default -> throw new IllegalArgumentException(operator);
    };
  }
}
