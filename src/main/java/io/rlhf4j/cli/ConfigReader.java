package io.rlhf4j.cli;

import io.rlhf4j.cli.Setting.Section;
import io.rlhf4j.cli.Setting.Value;
import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.NearestName;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Configuration from four layers, each over the one before: defaults, a preset, a YAML file, {@code
 * key=value} arguments. The configuration is a record of records; its compact constructors say what
 * is allowed. Keys are the components' names in snake_case, enum constants lower-case, and a sealed
 * choice has a key {@code type}.
 *
 * <pre>{@code
 * PpoConfig config =
 *     ConfigReader.of(PpoConfig.defaults())
 *         .preset("trl", PpoConfig.trl())
 *         .read("trl", Path.of("ppo.yaml"), List.of("kl.coefficient=0.05"));
 * }</pre>
 */
public final class ConfigReader<T extends Record> {
  private static final String PRESET = "preset";

  private final T defaults;
  private final Map<String, T> presets;

  private ConfigReader(T defaults, Map<String, T> presets) {
    this.defaults = defaults;
    this.presets = presets;
  }

  public static <T extends Record> ConfigReader<T> of(T defaults) {
    return new ConfigReader<>(defaults, Map.of());
  }

  /** This reader with one more named starting point. */
  public ConfigReader<T> preset(String name, T values) {
    Map<String, T> more = new LinkedHashMap<>(presets);
    more.put(name, values);
    return new ConfigReader<>(defaults, more);
  }

  /**
   * @param preset null = the one that the file's key {@code preset} names, if any
   * @param file YAML; null = none
   * @param overrides {@code dotted.key=value}; a later one wins
   * @throws InputException with the place, the key, the rule, the value and the remedy
   */
  public T read(@Nullable String preset, @Nullable Path file, List<String> overrides) {
    Section given = file == null ? new Section(Map.of(), "the file") : YamlSettings.read(file);
    String chosen = preset;
    String origin = "option --preset";
    // A preset is the reader's business, unless the record has a key of that name itself.
    if (given.entries().get(PRESET) instanceof Value named
        && !KeyNames.of(defaults.getClass()).contains(PRESET)) {
      Map<String, Setting> rest = new LinkedHashMap<>(given.entries());
      rest.remove(PRESET);
      given = new Section(rest, given.origin());
      if (chosen == null) {
        chosen = named.text();
        origin = named.origin();
      }
    }
    Section settings = RecordSettings.of(start(chosen, origin)).overlaid(given);
    for (String override : overrides) {
      settings = settings.overlaid(override(override));
    }
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) defaults.getClass();
    return RecordBinder.bind(settings, type, "");
  }

  /** The configuration as YAML that {@link #read} gives back; equal records give equal text. */
  public static String yaml(Record config) {
    return RecordSettings.yaml(config);
  }

  /** Writes {@link #yaml} into a file, for the run folder. */
  public static void write(Record config, Path file) {
    AtomicFile.write(file, yaml(config));
  }

  private T start(@Nullable String name, String origin) {
    if (name == null) {
      return defaults;
    }
    T values = presets.get(name);
    if (values == null) {
      String nearest = NearestName.of(name, presets.keySet());
      throw new InputException(
          origin
              + ": unknown preset '"
              + name
              + "'"
              + (nearest == null ? "" : "; did you mean '" + nearest + "'?")
              + " (known presets: "
              + (presets.isEmpty() ? "none" : String.join(", ", presets.keySet()))
              + ")");
    }
    return values;
  }

  /** {@code a.b=v} as a section a that holds a section... that holds b. */
  private static Section override(String argument) {
    String origin = "argument '" + argument + "'";
    int equals = argument.indexOf('=');
    List<String> keys = Arrays.asList(argument.substring(0, Math.max(0, equals)).split("\\.", -1));
    if (keys.contains("")) {
      throw new InputException(origin + ": write dotted.key=value, for instance ppo.clip=0.2");
    }
    String text = argument.substring(equals + 1);
    // Text is taken as it stands; only null, quotes, lists and sections need YAML's eye.
    boolean structured = text.matches("(?s)null|~|[\\[{\"'].*");
    Setting setting =
        structured ? YamlSettings.parse(text, origin, false) : new Value(text, origin);
    for (int i = keys.size() - 1; i >= 0; i--) {
      setting = new Section(Map.of(keys.get(i), setting), origin);
    }
    return (Section) setting;
  }
}
