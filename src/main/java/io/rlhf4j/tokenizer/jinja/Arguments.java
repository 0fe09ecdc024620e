package io.rlhf4j.tokenizer.jinja;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values that a call passes: by position and by name. */
record Arguments(List<Object> positional, Map<String, Object> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  /**
   * Fits the values to a function's parameters.
   *
   * @return one value per parameter, null where none was passed
   */
  Bound to(String function, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new TemplateException(
          String.format(
              "chat template: %s takes at most %d arguments, was given %d",
              function, parameters.length, positional.size()));
    }
    @Nullable Object[] values = new Object[parameters.length];
    for (int i = 0; i < positional.size(); i++) {
      values[i] = positional.get(i);
    }
    named.forEach(
        (name, value) -> {
          int place = Arrays.asList(parameters).indexOf(name);
          if (place < 0 || values[place] != null) {
            throw new TemplateException(
                "chat template: "
                    + function
                    + (place < 0 ? " has no argument '" : " was given twice the argument '")
                    + name
                    + "'");
          }
          values[place] = value;
        });
    return new Bound(function, values);
  }

  /** All but the first value. */
  Arguments rest() {
    return new Arguments(positional.subList(1, positional.size()), named);
  }

  /** The arguments of one call, in the order of the function's parameters. */
  record Bound(String function, @Nullable Object[] values) {
    @Nullable Object find(int index) {
      return values[index];
    }

    Object get(int index) {
      Object value = values[index];
      if (value == null) {
        throw new TemplateException(
            "chat template: " + function + " lacks its argument " + (index + 1));
      }
      return value;
    }

    Object get(int index, Object otherwise) {
      Object value = values[index];
      return value == null ? otherwise : value;
    }

    /** A string; text is all that may stand here. */
    String text(int index) {
      if (get(index) instanceof String text) {
        return text;
      }
      throw new TemplateException(
          "chat template: "
              + function
              + " needs a string, was given "
              + Python.typeName(get(index)));
    }

    String text(int index, String otherwise) {
      return values[index] == null ? otherwise : text(index);
    }

    int integer(int index, int otherwise) {
      Object value = values[index];
      return value == null ? otherwise : (int) Numbers.whole(value, function);
    }

    boolean flag(int index, boolean otherwise) {
      Object value = values[index];
      return value == null ? otherwise : Python.truth(value);
    }
  }
}
