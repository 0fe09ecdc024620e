package io.rlhf4j.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of a model folder, read with complaints that name the file and the key. A key that
 * is null counts as absent, as in transformers.
 *
 * @param where the file, and the key inside it for a nested object
 */
record ConfigJson(String where, ObjectNode node) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Reads a file that must exist and hold one object. */
  static ConfigJson read(Path file) {
    try {
      return of(file.toString(), MAPPER.readTree(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      throw new InputException(
          file + " does not exist; a model folder in the Hugging Face layout has it", e);
    } catch (JsonProcessingException e) {
      throw new InputException(notJson(file.toString(), e), e);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Reads an object out of text that is part of a file. */
  static ConfigJson parse(String where, String json) {
    try {
      return of(where, MAPPER.readTree(json));
    } catch (JsonProcessingException e) {
      throw new InputException(notJson(where, e), e);
    }
  }

  private static String notJson(String where, JsonProcessingException e) {
    String line = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
    return where + line + ": not valid JSON: " + e.getOriginalMessage();
  }

  private static ConfigJson of(String where, @Nullable JsonNode node) {
    if (node instanceof ObjectNode object) {
      return new ConfigJson(where, object);
    }
    throw new InputException(where + ": must hold a JSON object {...}");
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  Optional<ConfigJson> object(String key) {
    return has(key) ? Optional.of(of(where + ": " + key, node.get(key))) : Optional.empty();
  }

  int positive(String key) {
    return wholeNumber(key)
        .filter(value -> value > 0 || wrong(key, "must be positive"))
        .orElseThrow(
            () -> new InputException(where + ": '" + key + "' is missing; it has no default"));
  }

  int positive(String key, int byDefault) {
    return has(key) ? positive(key) : byDefault;
  }

  Optional<Integer> wholeNumber(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    JsonNode value = node.get(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      wrong(key, "must be a whole number");
    }
    return Optional.of(value.intValue());
  }

  double number(String key, double byDefault) {
    if (!has(key)) {
      return byDefault;
    }
    JsonNode value = node.get(key);
    if (!value.isNumber()) {
      wrong(key, "must be a number");
    }
    return value.doubleValue();
  }

  double number(String key) {
    if (!has(key)) {
      throw new InputException(where + ": '" + key + "' is missing; it has no default");
    }
    return number(key, 0);
  }

  boolean flag(String key, boolean byDefault) {
    if (!has(key)) {
      return byDefault;
    }
    if (!node.get(key).isBoolean()) {
      wrong(key, "must be true or false");
    }
    return node.get(key).booleanValue();
  }

  Optional<String> text(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    if (!node.get(key).isTextual()) {
      wrong(key, "must be a string");
    }
    return Optional.of(node.get(key).textValue());
  }

  /** A token id; older configs say "none" by a negative number. */
  Optional<Integer> token(String key) {
    return wholeNumber(key).filter(id -> id >= 0);
  }

  /** One token id or a list of them. */
  List<Integer> tokens(String key) {
    if (!has(key)) {
      return List.of();
    }
    if (!node.get(key).isArray()) {
      return token(key).map(List::of).orElse(List.of());
    }
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : node.get(key)) {
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        wrong(key, "must be a token id or a list of token ids");
      }
      ids.add(id.intValue());
    }
    return ids;
  }

  /** Strings of a list; empty when the key is absent. */
  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    if (has(key)) {
      if (!node.get(key).isArray()) {
        wrong(key, "must be a list of strings");
      }
      for (JsonNode text : node.get(key)) {
        if (!text.isTextual()) {
          wrong(key, "must be a list of strings");
        }
        texts.add(text.textValue());
      }
    }
    return texts;
  }

  private boolean wrong(String key, String rule) {
    throw new InputException(where + ": '" + key + "' " + rule + ", was " + node.get(key));
  }
}
