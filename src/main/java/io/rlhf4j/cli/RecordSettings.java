package io.rlhf4j.cli;

import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.rlhf4j.cli.Setting.Items;
import io.rlhf4j.cli.Setting.Section;
import io.rlhf4j.cli.Setting.Value;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Records back to settings and to YAML text, keys in the order of the components. */
final class RecordSettings {
  private static final String ORIGIN = "the defaults";

  private RecordSettings() {}

  static Section of(Record config) {
    Map<String, Setting> entries = new LinkedHashMap<>();
    if (isChoice(config.getClass())) {
      String kind = KeyNames.snake(config.getClass().getSimpleName());
      entries.put(Section.TYPE, new Value(kind, ORIGIN));
    }
    for (RecordComponent component : config.getClass().getRecordComponents()) {
      entries.put(KeyNames.snake(component.getName()), setting(get(config, component)));
    }
    return new Section(entries, ORIGIN);
  }

  /** What the record's static {@code defaults()} gives, or null when it has none. */
  static @Nullable Record defaultsOf(Class<?> record) {
    try {
      Method defaults = record.getDeclaredMethod("defaults");
      if (!Modifier.isStatic(defaults.getModifiers())) {
        return null;
      }
      defaults.setAccessible(true);
      return (Record) defaults.invoke(null);
    } catch (NoSuchMethodException e) {
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(record.getName() + ".defaults() failed", e);
    }
  }

  static String yaml(Record config) {
    YAMLFactory factory =
        YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();
    StringWriter text = new StringWriter();
    try (YAMLGenerator out = factory.createGenerator(text)) {
      write(of(config), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static Setting setting(@Nullable Object value) {
    Object held = held(value);
    if (held == null) {
      return new Value(null, ORIGIN);
    }
    if (held instanceof Record record) {
      return of(record);
    }
    if (held instanceof List<?> list) {
      List<Setting> items = new ArrayList<>();
      list.forEach(item -> items.add(setting(item)));
      return new Items(items, ORIGIN);
    }
    boolean quoted = !(held instanceof Number || held instanceof Boolean);
    return new Value(Scalars.text(held), quoted, ORIGIN);
  }

  /** What is inside an Optional; null when it is empty. */
  private static @Nullable Object held(@Nullable Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.orElse(null);
    } else if (value instanceof OptionalInt optional) {
      return optional.isPresent() ? optional.getAsInt() : null;
    } else if (value instanceof OptionalLong optional) {
      return optional.isPresent() ? optional.getAsLong() : null;
    } else if (value instanceof OptionalDouble optional) {
      return optional.isPresent() ? optional.getAsDouble() : null;
    }
    return value;
  }

  /** Whether the record is one kind of a sealed choice. */
  static boolean isChoice(Class<?> record) {
    for (Class<?> face : record.getInterfaces()) {
      if (face.isSealed()) {
        return true;
      }
    }
    return false;
  }

  private static void write(Setting setting, YAMLGenerator out) throws IOException {
    if (setting instanceof Section section) {
      out.writeStartObject();
      for (Map.Entry<String, Setting> entry : section.entries().entrySet()) {
        out.writeFieldName(entry.getKey());
        write(entry.getValue(), out);
      }
      out.writeEndObject();
    } else if (setting instanceof Items items) {
      out.writeStartArray();
      for (Setting item : items.items()) {
        write(item, out);
      }
      out.writeEndArray();
    } else if (setting instanceof Value value) {
      if (value.text() == null) {
        out.writeNull();
      } else if (value.quoted()) {
        out.writeString(value.text());
      } else {
        out.writeNumber(value.text()); // plain: truth values too
      }
    }
  }

  private static @Nullable Object get(Record record, RecordComponent component) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + record.getClass() + "." + component, e);
    }
  }
}
