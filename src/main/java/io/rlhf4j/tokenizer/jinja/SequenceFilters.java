package io.rlhf4j.tokenizer.jinja;

import io.rlhf4j.tokenizer.jinja.Arguments.Bound;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The filters that work on lists and other things to loop over. */
final class SequenceFilters {
  private SequenceFilters() {}

  /** The filter's result, or null when the name is no such filter's. */
  static @Nullable Object apply(String name, Object value, Arguments arguments) {
    return switch (name) {
      case "list" -> {
        arguments.to(name);
        yield Python.list(value);
      }
      case "first" -> {
        arguments.to(name);
        yield Python.iterate(value).hasNext()
            ? Python.list(value).get(0)
            : new Undefined("the first item of nothing");
      }
      case "last" -> {
        arguments.to(name);
        List<Object> items = backwards(value);
        yield items.isEmpty() ? new Undefined("the last item of nothing") : items.get(0);
      }
      case "reverse" -> {
        arguments.to(name);
        yield value instanceof String text
            ? Access.slice(text, null, null, -1L)
            : new Generated(backwards(Python.list(value)));
      }
      case "join" -> join(value, arguments.to(name, "d", "attribute"));
      case "map" -> new Generated(map(value, arguments));
      case "select" -> new Generated(chosen(value, test(arguments), true));
      case "reject" -> new Generated(chosen(value, test(arguments), false));
      case "selectattr" -> new Generated(chosen(value, attributeTest(arguments), true));
      case "rejectattr" -> new Generated(chosen(value, attributeTest(arguments), false));
      case "sort" -> sorted(value, arguments.to(name, "reverse", "case_sensitive", "attribute"));
      case "unique" ->
          new Generated(unique(value, arguments.to(name, "case_sensitive", "attribute")));
      case "min" -> extreme(value, arguments.to(name, "case_sensitive", "attribute"), -1);
      case "max" -> extreme(value, arguments.to(name, "case_sensitive", "attribute"), 1);
      case "sum" -> sum(value, arguments.to(name, "attribute", "start"));
      case "batch" -> new Generated(batches(value, arguments.to(name, "linecount", "fill_with")));
      case "items" -> {
        arguments.to(name);
        yield new Generated(pairs(value));
      }
      case "dictsort" -> dictSort(value, arguments.to(name, "case_sensitive", "by", "reverse"));
      default -> null;
    };
  }

  private static List<Object> backwards(Object value) {
    if (value instanceof Generated) {
      throw new TemplateException(
          "chat template: a filter's result cannot be read backwards; use list first");
    }
    List<Object> items = Python.list(value);
    Collections.reverse(items);
    return items;
  }

  private static String join(Object value, Bound bound) {
    Function<Object, Object> part = getter(bound.get(1, None.NONE));
    List<String> parts =
        Python.list(value).stream().map(item -> Python.str(part.apply(item))).toList();
    return String.join(Python.str(bound.get(0, "")), parts);
  }

  /** As Jinja's map and select have it, what is false has no items. */
  private static List<Object> itemsOf(Object value) {
    return Python.truth(value) ? Python.list(value) : List.of();
  }

  private static List<Object> map(Object value, Arguments arguments) {
    List<Object> mapped = new ArrayList<>();
    List<Object> items = itemsOf(value);
    if (arguments.positional().isEmpty()) {
      Bound bound = arguments.to("map", "attribute", "default");
      Function<Object, Object> part = getter(bound.get(0));
      for (Object item : items) {
        Object found = part.apply(item);
        mapped.add(found instanceof Undefined ? bound.get(1, found) : found);
      }
      return mapped;
    }
    String filter = Python.str(arguments.positional().get(0));
    for (Object item : items) {
      mapped.add(Filters.apply(filter, item, arguments.rest()));
    }
    return mapped;
  }

  private static List<Object> chosen(Object value, Predicate<Object> test, boolean wanted) {
    return itemsOf(value).stream().filter(item -> test.test(item) == wanted).toList();
  }

  private static Predicate<Object> test(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      return Python::truth;
    }
    String name = Python.str(arguments.positional().get(0));
    return item -> Checks.holds(name, item, arguments.rest());
  }

  private static Predicate<Object> attributeTest(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      throw new TemplateException("chat template: selectattr and rejectattr need an attribute");
    }
    Function<Object, Object> part = getter(arguments.positional().get(0));
    Predicate<Object> test = test(arguments.rest());
    return item -> test.test(part.apply(item));
  }

  /** Reads {@code a.b.0} from an item; none gives the item itself. */
  private static Function<Object, Object> getter(Object attribute) {
    if (attribute == None.NONE) {
      return item -> item;
    }
    if (attribute instanceof Long) {
      return item -> Access.item(item, attribute);
    }
    String[] path = Python.str(attribute).split("\\.", -1);
    return item -> {
      Object value = item;
      for (String step : path) {
        value = Access.item(value, step.matches("\\d{1,9}") ? (Object) Long.valueOf(step) : step);
      }
      return value;
    };
  }

  /** As {@link #getter}; strings come in lower case unless their case matters. */
  private static Function<Object, Object> sortKey(Object attribute, boolean caseSensitive) {
    Function<Object, Object> part = getter(attribute);
    return item -> {
      Object key = part.apply(item);
      return key instanceof String text && !caseSensitive ? PythonText.lower(text) : key;
    };
  }

  private static List<Object> sorted(Object value, Bound bound) {
    Comparator<Object> order = null;
    Object attribute = bound.get(2, None.NONE);
    Object[] attributes =
        attribute instanceof String several ? several.split(",", -1) : new Object[] {attribute};
    for (Object one : attributes) {
      Comparator<Object> by =
          Comparator.comparing(sortKey(one, bound.flag(1, false)), SequenceFilters::compare);
      order = order == null ? by : order.thenComparing(by);
    }
    List<Object> items = Python.list(value);
    Comparator<Object> whole = Objects.requireNonNull(order);
    items.sort(bound.flag(0, false) ? whole.reversed() : whole);
    return items;
  }

  private static int compare(Object a, Object b) {
    return Python.compare(a, b, "<");
  }

  private static List<Object> unique(Object value, Bound bound) {
    Function<Object, Object> key = sortKey(bound.get(1, None.NONE), bound.flag(0, false));
    List<Object> seen = new ArrayList<>();
    List<Object> first = new ArrayList<>();
    for (Object item : Python.list(value)) {
      Object k = key.apply(item);
      Python.requireHashable(k);
      if (seen.stream().noneMatch(other -> Python.equal(other, k))) {
        seen.add(k);
        first.add(item);
      }
    }
    return first;
  }

  private static Object extreme(Object value, Bound bound, int sign) {
    Function<Object, Object> key = sortKey(bound.get(1, None.NONE), bound.flag(0, false));
    Object best = null;
    for (Object item : Python.list(value)) {
      if (best == null || sign * compare(key.apply(item), key.apply(best)) > 0) {
        best = item;
      }
    }
    return best == null ? new Undefined("the " + bound.function() + " of nothing") : best;
  }

  private static Object sum(Object value, Bound bound) {
    Function<Object, Object> part = getter(bound.get(0, None.NONE));
    Object sum = bound.get(1, 0L);
    for (Object item : Python.list(value)) {
      sum = Operators.apply("+", sum, part.apply(item));
    }
    return sum;
  }

  private static List<Object> batches(Object value, Bound bound) {
    int size = bound.integer(0, 0);
    if (size < 1) {
      throw new TemplateException("chat template: batch needs a size of at least 1");
    }
    List<Object> batches = new ArrayList<>();
    List<Object> items = Python.list(value);
    for (int from = 0; from < items.size(); from += size) {
      List<Object> batch =
          new ArrayList<>(items.subList(from, Math.min(items.size(), from + size)));
      Object fill = bound.get(1, None.NONE);
      while (fill != None.NONE && batch.size() < size) {
        batch.add(fill);
      }
      batches.add(batch);
    }
    return batches;
  }

  private static List<Object> pairs(Object value) {
    if (value instanceof Undefined) {
      return List.of();
    }
    if (value instanceof Map<?, ?> map) {
      return CollectionMethods.items(map).items();
    }
    throw new TemplateException(
        "chat template: items needs a dict, was given " + Python.typeName(value));
  }

  private static List<Object> dictSort(Object value, Bound bound) {
    String by = bound.text(1, "key");
    if (!by.equals("key") && !by.equals("value")) {
      throw new TemplateException("chat template: dictsort sorts by key or value, not by " + by);
    }
    Object place = by.equals("key") ? 0L : 1L;
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    List<Object> pairs = new ArrayList<>(pairs(value));
    Comparator<Object> order =
        Comparator.comparing(sortKey(place, bound.flag(0, false)), SequenceFilters::compare);
    pairs.sort(bound.flag(2, false) ? order.reversed() : order);
    return pairs;
  }
}
