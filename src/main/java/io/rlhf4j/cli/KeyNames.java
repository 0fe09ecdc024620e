package io.rlhf4j.cli;

import io.rlhf4j.data.NearestName;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Keys as files spell them (snake_case) for components as Java spells them (camelCase). */
final class KeyNames {
  private KeyNames() {}

  /** {@code maxNewTokens} and {@code MaxNewTokens} are {@code max_new_tokens}. */
  static String snake(String camel) {
    return camel.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  /** What a whole configuration is called: {@code PpoConfig} is {@code ppo}. */
  static String section(Class<?> type) {
    return snake(type.getSimpleName().replaceAll("(Config|Settings)$", ""));
  }

  static List<String> of(Class<?> record) {
    List<String> keys = new ArrayList<>();
    for (RecordComponent component : record.getRecordComponents()) {
      keys.add(snake(component.getName()));
    }
    return keys;
  }

  /**
   * The key probably meant: one letter off, a part of the unknown one, or the same in a section.
   */
  static @Nullable String nearest(String unknown, Class<?> record) {
    List<String> known = of(record);
    String nearest = NearestName.of(unknown, known);
    if (nearest == null) {
      nearest = partOf(unknown, known);
    }
    return nearest == null ? deeper(unknown, record) : nearest;
  }

  /** The longest known key that starts or ends the unknown one: kl for kl_coef. */
  private static @Nullable String partOf(String unknown, Collection<String> known) {
    String longest = null;
    for (String key : known) {
      boolean part = unknown.startsWith(key + "_") || unknown.endsWith("_" + key);
      if (part && (longest == null || key.length() > longest.length())) {
        longest = key;
      }
    }
    return longest;
  }

  private static @Nullable String deeper(String unknown, Class<?> record) {
    for (RecordComponent component : record.getRecordComponents()) {
      if (component.getType().isRecord()) {
        String key = snake(component.getName());
        if (of(component.getType()).contains(unknown)) {
          return key + "." + unknown;
        }
        String below = deeper(unknown, component.getType());
        if (below != null) {
          return key + "." + below;
        }
      }
    }
    return null;
  }
}
