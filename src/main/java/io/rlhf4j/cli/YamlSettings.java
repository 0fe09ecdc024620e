package io.rlhf4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.rlhf4j.cli.Setting.Items;
import io.rlhf4j.cli.Setting.Section;
import io.rlhf4j.cli.Setting.Value;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** YAML text to settings that know their line. */
final class YamlSettings {
  private static final YAMLFactory YAML = new YAMLFactory();

  private final YAMLParser parser;
  private final String name;
  private final boolean lines;

  private YamlSettings(YAMLParser parser, String name, boolean lines) {
    this.parser = parser;
    this.name = name;
    this.lines = lines;
  }

  /** Reads a file; an empty one sets nothing. */
  static Section read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new InputException("there is no configuration file " + file, e);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e.getMessage(), e);
    }
    Setting root = parse(text, file.toString(), true);
    if (root instanceof Value value && value.text() == null) {
      return new Section(Map.of(), file.toString());
    }
    if (root instanceof Section section) {
      return section;
    }
    throw new InputException(
        root.origin() + ": a configuration file holds 'key: value' lines, found " + describe(root));
  }

  /**
   * @param lines whether line numbers mean anything to the reader of a complaint
   */
  static Setting parse(String text, String name, boolean lines) {
    try (YAMLParser parser = YAML.createParser(text)) {
      YamlSettings settings = new YamlSettings(parser, name, lines);
      if (parser.nextToken() == null) {
        return new Value(null, name);
      }
      Setting root = settings.value();
      if (parser.nextToken() != null) {
        throw new InputException(
            settings.origin() + ": a second YAML document begins here; keep one per file");
      }
      return root;
    } catch (JsonProcessingException e) {
      String line = lines && e.getLocation() != null ? ":" + e.getLocation().getLineNr() : "";
      throw new InputException(
          name
              + line
              + ": this is not YAML: "
              + e.getOriginalMessage().lines().findFirst().orElse(""),
          e);
    } catch (IOException e) {
      throw new InputException("cannot read " + name + ": " + e.getMessage(), e);
    }
  }

  static String describe(Setting setting) {
    if (setting instanceof Section) {
      return "a section";
    }
    if (setting instanceof Items) {
      return "a list";
    }
    String text = ((Value) setting).text();
    return text == null ? "null" : "'" + text + "'";
  }

  private Setting value() throws IOException {
    String origin = origin();
    if (parser.isCurrentAlias()) {
      throw new InputException(origin + ": YAML aliases (*name) are not read; write the value out");
    }
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return section(origin);
    }
    if (token == JsonToken.START_ARRAY) {
      List<Setting> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(value());
      }
      return new Items(items, origin);
    }
    return new Value(token == JsonToken.VALUE_NULL ? null : parser.getText(), origin);
  }

  private Section section(String origin) throws IOException {
    Map<String, Setting> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      String here = origin();
      parser.nextToken();
      Setting value = value();
      Setting former = entries.put(key, at(value, here));
      if (former != null) {
        throw new InputException(
            here + ": key '" + key + "' was set already at " + former.origin() + "; keep one");
      }
    }
    return new Section(entries, origin);
  }

  /** The value, said to stand where its key does. */
  private static Setting at(Setting setting, String origin) {
    if (setting instanceof Section section) {
      return new Section(section.entries(), origin);
    }
    return setting instanceof Items items
        ? new Items(items.items(), origin)
        : new Value(((Value) setting).text(), origin);
  }

  private String origin() {
    return lines ? name + ":" + parser.currentTokenLocation().getLineNr() : name;
  }
}
