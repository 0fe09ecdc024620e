package io.rlhf4j.tokenizer.jinja;

import io.rlhf4j.tokenizer.jinja.Arguments.Bound;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The methods of Python's dict, list and tuple that change nothing; the sandbox bars the rest. */
final class CollectionMethods {
  private static final Set<String> CHANGING =
      Set.of(
          "append",
          "clear",
          "extend",
          "fromkeys",
          "insert",
          "pop",
          "popitem",
          "remove",
          "reverse",
          "setdefault",
          "sort",
          "update");

  private CollectionMethods() {}

  static @Nullable Callable find(Map<?, ?> map, String name) {
    return switch (name) {
      case "get" ->
          a -> {
            Bound bound = a.to(name, "key", "default");
            Object value = map.get(bound.get(0));
            return value == null ? bound.get(1, None.NONE) : value;
          };
      case "items" ->
          a -> {
            a.to(name);
            return items(map);
          };
      case "keys" ->
          a -> {
            a.to(name);
            return new DictView("dict_keys", new ArrayList<>(map.keySet()));
          };
      case "values" ->
          a -> {
            a.to(name);
            return new DictView("dict_values", new ArrayList<>(map.values()));
          };
      case "copy" ->
          a -> {
            a.to(name);
            return new LinkedHashMap<>(map);
          };
      case "clear", "fromkeys", "pop", "popitem", "setdefault", "update" -> throw barred(name);
      default -> null;
    };
  }

  static DictView items(Map<?, ?> map) {
    List<Object> pairs = new ArrayList<>();
    map.forEach((key, value) -> pairs.add(new Tuple(List.of(key, value))));
    return new DictView("dict_items", pairs);
  }

  static @Nullable Callable find(List<?> list, String name) {
    boolean changeable = !(list instanceof Tuple) && !(list instanceof Range);
    if (changeable && CHANGING.contains(name)) {
      throw barred(name);
    }
    return switch (name) {
      case "index" ->
          a -> {
            Object item = a.to(name, "value").get(0);
            for (int i = 0; i < list.size(); i++) {
              if (Python.equal(list.get(i), item)) {
                return (long) i;
              }
            }
            throw new TemplateException(
                "chat template: " + Python.repr(item) + " is not in the " + Python.typeName(list));
          };
      case "count" ->
          a -> {
            Object item = a.to(name, "value").get(0);
            return list.stream().filter(other -> Python.equal(other, item)).count();
          };
      case "copy" ->
          changeable
              ? a -> {
                a.to(name);
                return new ArrayList<>(list);
              }
              : null;
      default -> null;
    };
  }

  private static TemplateException barred(String name) {
    return new TemplateException(
        "chat template: " + name + "() is barred; templates may not change lists and dicts");
  }
}
