package io.rlhf4j.cli;

import io.rlhf4j.cli.Setting.Items;
import io.rlhf4j.cli.Setting.Section;
import io.rlhf4j.cli.Setting.Value;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.NearestName;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Settings to records, refusing what does not fit with key, rule, value and place. */
final class RecordBinder {
  private RecordBinder() {}

  /**
   * @param path dotted key of the section, for complaints; empty at the top
   */
  static <T> T bind(Section section, Class<T> record, String path) {
    refuseUnknownKeys(section, record, path);
    RecordComponent[] components = record.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    @Nullable Object[] values = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String key = KeyNames.snake(components[i].getName());
      types[i] = components[i].getType();
      values[i] = component(section.entries().get(key), components[i], section, join(path, key));
    }
    try {
      Constructor<T> constructor = record.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InputException refusal) {
        throw located(refusal, section, path);
      }
      throw new IllegalStateException("cannot make " + record.getName(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + record.getName(), e);
    }
  }

  /** The records of a sealed choice by the name that {@code type} gives them. */
  static Map<String, Class<?>> kinds(Class<?> sealed) {
    Map<String, Class<?>> kinds = new LinkedHashMap<>();
    for (Class<?> permitted : sealed.getPermittedSubclasses()) {
      if (permitted.isRecord()) {
        kinds.put(KeyNames.snake(permitted.getSimpleName()), permitted);
      } else if (permitted.isSealed()) {
        kinds.putAll(kinds(permitted));
      }
    }
    return kinds;
  }

  private static @Nullable Object component(
      @Nullable Setting setting, RecordComponent component, Section section, String path) {
    Class<?> type = component.getType();
    Object empty = emptyOf(type);
    if (setting != null && !(setting instanceof Value value && value.text() == null)) {
      return value(setting, component.getGenericType(), path);
    }
    if (empty != null || isNullable(component.getAnnotatedType())) {
      return empty;
    }
    String origin = setting == null ? section.origin() : setting.origin();
    throw new InputException(
        origin
            + ": "
            + path
            + (setting == null ? " is missing; give it " : " cannot be null; give it ")
            + Scalars.rule(type));
  }

  private static boolean isNullable(AnnotatedType type) {
    return type.isAnnotationPresent(Nullable.class);
  }

  private static @Nullable Object emptyOf(Class<?> type) {
    if (type == Optional.class) {
      return Optional.empty();
    }
    if (type == OptionalInt.class) {
      return OptionalInt.empty();
    }
    if (type == OptionalLong.class) {
      return OptionalLong.empty();
    }
    return type == OptionalDouble.class ? OptionalDouble.empty() : null;
  }

  private static Object value(Setting setting, Type generic, String path) {
    Class<?> type = raw(generic);
    if (type == List.class) {
      return list(setting, argument(generic), path);
    }
    if (type == Optional.class) {
      return Optional.of(value(setting, argument(generic), path));
    }
    if (type.isRecord() || (type.isSealed() && type.isInterface())) {
      if (!(setting instanceof Section section)) {
        throw wrong(setting, path, "a section of keys");
      }
      return type.isRecord()
          ? bind(untyped(section, type), type, path)
          : choice(section, type, path);
    }
    if (!(setting instanceof Value value) || value.text() == null) {
      throw wrong(setting, path, Scalars.rule(type));
    }
    Object scalar = Scalars.parse(value.text(), type);
    if (scalar == null) {
      throw wrong(setting, path, Scalars.rule(type));
    }
    return scalar;
  }

  private static List<Object> list(Setting setting, Type element, String path) {
    if (!(setting instanceof Items items)) {
      throw wrong(setting, path, "a list such as [a, b]");
    }
    List<Object> values = new ArrayList<>();
    for (Setting item : items.items()) {
      values.add(value(item, element, path + "[" + values.size() + "]"));
    }
    return List.copyOf(values);
  }

  private static Object choice(Section section, Class<?> sealed, String path) {
    Map<String, Class<?>> kinds = kinds(sealed);
    Setting type = section.entries().get(Section.TYPE);
    String name = type instanceof Value value ? value.text() : null;
    if (name == null) {
      throw new InputException(
          section.origin()
              + ": "
              + path
              + ".type is missing; choose "
              + Scalars.oneOf(kinds.keySet()));
    }
    Class<?> kind = kinds.get(name);
    if (kind == null) {
      throw wrong(type == null ? section : type, path + ".type", Scalars.oneOf(kinds.keySet()));
    }
    Record defaults = RecordSettings.defaultsOf(kind);
    Section whole = defaults == null ? section : RecordSettings.of(defaults).overlaid(section);
    return bind(untyped(whole, kind), kind, path);
  }

  /** The section without the key that only says which kind it is. */
  private static Section untyped(Section section, Class<?> record) {
    if (!RecordSettings.isChoice(record) || KeyNames.of(record).contains(Section.TYPE)) {
      return section;
    }
    Map<String, Setting> rest = new LinkedHashMap<>(section.entries());
    rest.remove(Section.TYPE);
    return new Section(rest, section.origin());
  }

  private static void refuseUnknownKeys(Section section, Class<?> record, String path) {
    List<String> known = KeyNames.of(record);
    section
        .entries()
        .forEach(
            (key, setting) -> {
              if (!known.contains(key)) {
                String nearest = KeyNames.nearest(key, record);
                throw new InputException(
                    setting.origin()
                        + ": unknown key '"
                        + key
                        + "' in "
                        + (path.isEmpty() ? KeyNames.section(record) : path)
                        + (nearest == null ? "" : "; did you mean '" + nearest + "'?")
                        + " (known keys: "
                        + String.join(", ", known)
                        + ")");
              }
            });
  }

  /** A record's own refusal, with the place of the key that its sentence begins with. */
  private static InputException located(InputException refusal, Section section, String path) {
    String message = String.valueOf(refusal.getMessage());
    String origin = section.origin();
    String key = message.split("\\s", 2)[0];
    Setting setting = section.entries().get(key.substring(key.lastIndexOf('.') + 1));
    if (setting != null) {
      origin = setting.origin();
    }
    String where = path.isEmpty() || key.startsWith(path) ? "" : "in " + path + ": ";
    return new InputException(origin + ": " + where + message, refusal);
  }

  private static InputException wrong(Setting setting, String path, String rule) {
    String found = YamlSettings.describe(setting);
    String hint = "";
    if (setting instanceof Value value && value.text() != null && rule.startsWith("one of ")) {
      String nearest =
          NearestName.of(value.text(), List.of(rule.substring("one of ".length()).split(", ")));
      hint = nearest == null ? "" : "; did you mean '" + nearest + "'?";
    }
    return new InputException(
        setting.origin() + ": " + path + " must be " + rule + ", was " + found + hint);
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static Type argument(Type generic) {
    if (generic instanceof ParameterizedType parameterized) {
      return parameterized.getActualTypeArguments()[0];
    }
    throw new IllegalStateException("a list in a configuration needs its element type: " + generic);
  }

  private static Class<?> raw(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    }
    return (Class<?>) type;
  }
}
