package io.rlhf4j.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The files of a model folder that belong to its tokenizer, read whole, so that they can be copied
 * after the folder has gone.
 */
final class TokenizerFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NAMES =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja",
          "added_tokens.json",
          "vocab.json",
          "merges.txt",
          "tokenizer.model",
          "generation_config.json");

  private final Path folder;
  private final Map<String, byte[]> contents = new LinkedHashMap<>();
  private final ObjectNode tokenizer;
  private final ObjectNode tokenizerConfig;
  private final ObjectNode specialTokensMap;
  private final ObjectNode generationConfig;
  private final ObjectNode modelConfig;

  TokenizerFiles(Path folder) {
    this.folder = folder;
    if (!Files.isDirectory(folder)) {
      throw new InputException(
          folder + " is not a folder; a tokenizer is loaded from a model folder");
    }
    for (String name : NAMES) {
      byte[] bytes = readIfThere(name);
      if (bytes != null) {
        contents.put(name, bytes);
      }
    }
    tokenizer = tokenizerJson();
    tokenizerConfig = json("tokenizer_config.json");
    specialTokensMap = json("special_tokens_map.json");
    generationConfig = json("generation_config.json");
    // The model's file, not the tokenizer's: read for its token ids, but not copied.
    byte[] config = readIfThere("config.json");
    modelConfig = config == null ? JSON.createObjectNode() : parse("config.json", config);
  }

  Path folder() {
    return folder;
  }

  /** File name to bytes, of the files that are there. */
  Map<String, byte[]> contents() {
    return contents;
  }

  /** {@code tokenizer.json} without the truncation and padding that its last user left in it. */
  ObjectNode tokenizer() {
    return tokenizer;
  }

  /** The text of a named special token such as {@code eos_token}, or null. */
  @Nullable String specialToken(String name) {
    for (ObjectNode file : List.of(tokenizerConfig, specialTokensMap)) {
      JsonNode value = file.path(name);
      JsonNode text = value.isObject() ? value.path("content") : value;
      if (text.isTextual()) {
        return text.asText();
      }
    }
    return null;
  }

  /** The token for what the vocabulary cannot spell, or null. */
  @Nullable String unknownToken() {
    JsonNode model = tokenizer.path("model");
    // Byte-level and byte-fallback vocabularies spell everything, whatever else they name.
    if (model.path("byte_fallback").asBoolean() || model.path("type").asText().equals("BPE")) {
      return null;
    }
    JsonNode named = model.path("unk_token");
    return named.isTextual() ? named.asText() : specialToken("unk_token");
  }

  /** The named special tokens, as chat templates see them. */
  ObjectNode specialTokens() {
    ObjectNode tokens = JSON.createObjectNode();
    for (String name : List.of("bos_token", "eos_token", "unk_token", "pad_token", "sep_token")) {
      String token = specialToken(name);
      if (token != null) {
        tokens.put(name, token);
      }
    }
    return tokens;
  }

  /** The ids under a key such as {@code eos_token_id}, one or a list; generation settings first. */
  List<Integer> ids(String key) {
    for (ObjectNode file : List.of(generationConfig, modelConfig)) {
      JsonNode value = file.path(key);
      List<Integer> ids = new ArrayList<>();
      for (JsonNode id : value.isArray() ? value : List.of(value)) {
        if (id.isInt() && id.asInt() >= 0) {
          ids.add(id.asInt());
        }
      }
      if (!ids.isEmpty()) {
        return ids;
      }
    }
    return List.of();
  }

  /** The chat template's source, or null. Of several named ones it is the one called default. */
  @Nullable String chatTemplate() {
    byte[] file = contents.get("chat_template.jinja");
    if (file != null) {
      return new String(file, StandardCharsets.UTF_8);
    }
    JsonNode template = tokenizerConfig.path("chat_template");
    if (template.isTextual()) {
      return template.asText();
    }
    for (JsonNode named : template) {
      if (named.path("name").asText().equals("default") && named.path("template").isTextual()) {
        return named.path("template").asText();
      }
    }
    return null;
  }

  private ObjectNode tokenizerJson() {
    if (contents.containsKey("tokenizer.json")) {
      ObjectNode root = json("tokenizer.json");
      root.putNull("truncation");
      root.putNull("padding");
      return root;
    }
    if (contents.containsKey("vocab.json") && contents.containsKey("merges.txt")) {
      return fromVocabularyAndMerges();
    }
    throw new InputException(
        folder
            + " has no tokenizer: neither tokenizer.json nor vocab.json with merges.txt is there;"
            + (contents.containsKey("tokenizer.model")
                ? " its tokenizer.model (SentencePiece) is not read, save the tokenizer in the"
                    + " tokenizer.json format"
                : " copy the tokenizer's files beside the model's"));
  }

  /** The older pair of files that GPT-2 came with. */
  private ObjectNode fromVocabularyAndMerges() {
    ObjectNode vocabulary = json("vocab.json");
    ArrayNode merges = JsonNodeFactory.instance.arrayNode();
    String text = new String(bytes("merges.txt"), StandardCharsets.UTF_8);
    int number = 0;
    for (String line : text.split("\r?\n", -1)) {
      number++;
      if (line.isEmpty() || line.startsWith("#version")) {
        continue;
      }
      if (line.split(" ", -1).length != 2) {
        throw new InputException(
            folder.resolve("merges.txt")
                + ":"
                + number
                + ": a merge is two tokens with a space between, found '"
                + line
                + "'");
      }
      merges.add(line);
    }
    ArrayNode added = JsonNodeFactory.instance.arrayNode();
    JsonNode end = vocabulary.path(BpeVocabulary.END_OF_TEXT);
    if (end.isInt()) {
      ObjectNode token = added.addObject();
      token.put("id", end.asInt()).put("content", BpeVocabulary.END_OF_TEXT);
      token.put("single_word", false).put("lstrip", false).put("rstrip", false);
      token.put("normalized", false).put("special", true);
    }
    return ByteLevelJson.of(vocabulary, merges, added);
  }

  /** Token to id: the model's vocabulary and the added tokens. */
  Map<String, Integer> vocabulary() {
    Map<String, Integer> ids = new LinkedHashMap<>();
    JsonNode model = tokenizer.path("model").path("vocab");
    if (model.isArray()) {
      // Unigram models list [token, score]; the place is the id.
      for (int id = 0; id < model.size(); id++) {
        ids.put(model.get(id).path(0).asText(), id);
      }
    } else {
      for (Iterator<String> names = model.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        ids.put(name, model.path(name).asInt());
      }
    }
    for (JsonNode added : tokenizer.path("added_tokens")) {
      ids.put(added.path("content").asText(), added.path("id").asInt());
    }
    if (ids.isEmpty()) {
      throw new InputException(folder.resolve("tokenizer.json") + " has no vocabulary");
    }
    return ids;
  }

  private ObjectNode json(String name) {
    return contents.containsKey(name) ? parse(name, bytes(name)) : JSON.createObjectNode();
  }

  private byte[] bytes(String name) {
    return Objects.requireNonNull(contents.get(name), name);
  }

  private ObjectNode parse(String name, byte[] bytes) {
    try {
      if (JSON.readTree(bytes) instanceof ObjectNode object) {
        return object;
      }
      throw new InputException(folder.resolve(name) + " is not a JSON object");
    } catch (JsonProcessingException e) {
      throw new InputException(
          folder.resolve(name) + " is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new InputException("cannot read " + folder.resolve(name) + ": " + e.getMessage(), e);
    }
  }

  private byte @Nullable [] readIfThere(String name) {
    Path file = folder.resolve(name);
    try {
      return Files.isRegularFile(file) ? Files.readAllBytes(file) : null;
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
