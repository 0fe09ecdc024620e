package io.rlhf4j.tokenizer.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Attributes, items and slices. Jinja tries an attribute first after a dot, an item first in [].
 */
final class Access {
  /** Attributes that Python's numbers, ranges and views of dicts have, and nothing here. */
  private static final Set<String> PYTHONS_OWN =
      Set.of(
          "as_integer_ratio",
          "bit_count",
          "bit_length",
          "conjugate",
          "denominator",
          "from_bytes",
          "fromhex",
          "hex",
          "imag",
          "is_integer",
          "isdisjoint",
          "mapping",
          "numerator",
          "real",
          "start",
          "step",
          "stop",
          "to_bytes");

  private Access() {}

  static Object attribute(Object target, String name) {
    Object method = method(target, name);
    if (method != null) {
      return method;
    }
    Object value = target instanceof Map<?, ?> map ? map.get(name) : null;
    return value == null ? missing(target, name) : value;
  }

  static Object item(Object target, Object key) {
    if (target instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object value = target instanceof Map<?, ?> map ? map.get(key) : null;
    if (value != null) {
      return value;
    }
    boolean indexed = target instanceof List || target instanceof String;
    if (indexed && Numbers.isWhole(key)) {
      long index = Numbers.whole(key, "[]");
      long length = Python.length(target);
      long place = index < 0 ? index + length : index;
      if (place < 0 || place >= length) {
        return new Undefined("item " + index + " of a " + Python.typeName(target));
      }
      if (target instanceof String text) {
        int start = text.offsetByCodePoints(0, (int) place);
        return Character.toString(text.codePointAt(start));
      }
      return ((List<?>) target).get((int) place);
    }
    Object method = key instanceof String name ? method(target, name) : null;
    return method == null ? missing(target, Python.repr(key)) : method;
  }

  private static Undefined missing(Object target, String name) {
    return new Undefined("'" + name + "' of a " + Python.typeName(target));
  }

  private static @Nullable Object method(Object target, String name) {
    if (target instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (name.startsWith("__")) {
      throw new TemplateException(
          "chat template: the attribute '" + name + "' is out of a template's reach");
    }
    if (target instanceof String text) {
      return StringMethods.find(text, name);
    }
    if (target instanceof Map<?, ?> map) {
      return CollectionMethods.find(map, name);
    }
    if (target instanceof List<?> list) {
      return CollectionMethods.find(list, name);
    }
    if (target instanceof Namespace namespace) {
      return namespace.attributes.get(name);
    }
    if (target instanceof LoopState loop) {
      return loop.attribute(name);
    }
    if (target instanceof Callable || PYTHONS_OWN.contains(name)) {
      throw new TemplateException(
          "chat template: the attribute '"
              + name
              + "' of "
              + Python.typeName(target)
              + " is not supported");
    }
    return null;
  }

  static Object slice(
      Object target, @Nullable Long start, @Nullable Long stop, @Nullable Long step) {
    if (target instanceof Undefined undefined) {
      throw undefined.error();
    }
    long by = step == null ? 1 : step;
    if (by == 0) {
      throw new TemplateException("chat template: a slice needs a step other than 0");
    }
    if (target instanceof Range) {
      throw new TemplateException("chat template: slices of a range are not supported");
    }
    if (!(target instanceof String) && !(target instanceof List)) {
      throw new TemplateException("chat template: " + Python.typeName(target) + " has no slices");
    }
    List<Object> items = Python.list(target);
    long length = items.size();
    long from = bound(start, by > 0 ? 0 : length - 1, length, by);
    long to = bound(stop, by > 0 ? length : -1, length, by);
    List<Object> part = new ArrayList<>();
    for (long i = from; by > 0 ? i < to : i > to; i += by) {
      part.add(items.get((int) i));
    }
    if (target instanceof String) {
      StringBuilder text = new StringBuilder();
      part.forEach(text::append);
      return text.toString();
    }
    return target instanceof Tuple ? new Tuple(part) : part;
  }

  private static long bound(@Nullable Long index, long otherwise, long length, long step) {
    if (index == null) {
      return otherwise;
    }
    long place = index < 0 ? index + length : index;
    return step > 0
        ? Math.min(Math.max(place, 0), length)
        : Math.min(Math.max(place, -1), length - 1);
  }
}
