package io.rlhf4j.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings before they have types: what defaults, files and arguments say, each value with its
 * origin ("run.yaml:7"), so that a complaint can name the place.
 */
sealed interface Setting {
  String origin();

  /**
   * A single value.
   *
   * @param text as written; null = YAML's null
   * @param quoted whether YAML shows it in quotes: text and names, not numbers and truth values
   */
  record Value(@Nullable String text, boolean quoted, String origin) implements Setting {
    Value(@Nullable String text, String origin) {
      this(text, true, origin);
    }
  }

  /** A list. */
  record Items(List<Setting> items, String origin) implements Setting {}

  /** Keys in snake_case and what they hold, in the order written. */
  record Section(Map<String, Setting> entries, String origin) implements Setting {
    /** The key that says which kind of a sealed choice a section is. */
    static final String TYPE = "type";

    /** This section with another's entries laid over it, key by key; lists are replaced whole. */
    Section overlaid(Section over) {
      Map<String, Setting> merged = new LinkedHashMap<>(entries);
      over.entries.forEach(
          (key, value) -> {
            Setting below = merged.get(key);
            if (below instanceof Section lower
                && value instanceof Section upper
                && !upper.changesKind(lower)) {
              merged.put(key, lower.overlaid(upper));
            } else {
              merged.put(key, value);
            }
          });
      return new Section(merged, over.origin);
    }

    /** Another kind of a sealed choice has other keys: nothing of the former kind stays. */
    private boolean changesKind(Section below) {
      return entries.get(TYPE) instanceof Value kind
          && below.entries.get(TYPE) instanceof Value former
          && !String.valueOf(kind.text()).equals(former.text());
    }
  }
}
