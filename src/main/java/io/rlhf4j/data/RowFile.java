package io.rlhf4j.data;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Rows out of the file formats that data sets come in, each row knowing its line. */
final class RowFile {
  /** Values may follow one another: many files called .json are JSON Lines. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final ObjectMapper YAML = new YAMLMapper();

  /** Keys under which a JSON or YAML file may hold all its rows. */
  private static final List<String> WRAPPERS = List.of("data", "rows", "conversations");

  private RowFile() {}

  /**
   * The rows of a .jsonl, .json, .csv, .tsv, .yml or .txt file, each of which may also end in .gz,
   * of a .parquet or .arrow file, or of one that a {@link DatasetRegistry} names.
   */
  static List<JsonValue> read(Path file) {
    if (DatasetRegistry.isEntry(file)) {
      return DatasetRegistry.read(file);
    }
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".gz")) {
      name = name.substring(0, name.length() - 3);
    }
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return switch (extension) {
      case "jsonl", "ndjson" -> Jsonl.read(file);
      case "json" -> tree(file, JSON);
      case "csv" -> Csv.parse(file.toString(), TextLines.all(file), ',');
      case "tsv" -> Csv.parse(file.toString(), TextLines.all(file), '\t');
      case "yml", "yaml" -> tree(file, YAML);
      case "txt" -> text(file);
      case "parquet" -> collected(taker -> ParquetRows.forEach(file, taker));
      case "arrow" -> collected(taker -> ArrowRows.forEach(file, taker));
      default ->
          throw new InputException(
              "%s: data sets are read from .jsonl, .json, .csv, .tsv, .yml or .txt (also .gz),"
                      .formatted(file)
                  + " .parquet, .arrow or dataset_info.json#NAME, was ."
                  + extension);
    };
  }

  private static List<JsonValue> collected(Consumer<Consumer<JsonValue>> rows) {
    List<JsonValue> all = new ArrayList<>();
    rows.accept(all::add);
    return all;
  }

  /** A list of rows, or several values one after another, or one object that wraps the list. */
  private static List<JsonValue> tree(Path file, ObjectMapper mapper) {
    String text = TextLines.all(file);
    List<JsonValue> rows = new ArrayList<>();
    try (JsonParser parser = mapper.createParser(text)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
          elements(file, text, parser, rows);
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
          object(file, text, parser, rows);
        } else {
          rows.add(row(file, text, parser));
        }
      }
      return rows;
    } catch (JsonProcessingException e) {
      JsonLocation location = e.getLocation();
      throw new InputException(
          "%s:%d: not %s: %s"
              .formatted(
                  file,
                  location == null ? 1 : location.getLineNr(),
                  mapper == YAML ? "YAML" : "JSON",
                  e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void elements(Path file, String text, JsonParser parser, List<JsonValue> rows)
      throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      rows.add(row(file, text, parser));
    }
  }

  /** Either one row, or a wrapper whose list holds the rows. */
  private static void object(Path file, String text, JsonParser parser, List<JsonValue> rows)
      throws IOException {
    int line = parser.currentTokenLocation().getLineNr();
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      if (WRAPPERS.contains(key) && parser.currentToken() == JsonToken.START_ARRAY) {
        List<JsonValue> elements = new ArrayList<>();
        elements(file, text, parser, elements);
        // A list of {from, value} is one dialogue, not a list of rows.
        if (elements.isEmpty() || !DatasetSchema.isShareGptTurn(elements.get(0))) {
          rows.addAll(elements);
          parser.skipChildren();
          while (parser.nextToken() != null && !parser.getParsingContext().inRoot()) {
            parser.skipChildren();
          }
          return;
        }
        ArrayNode list = row.putArray(key);
        elements.forEach(element -> list.add(element.node()));
      } else {
        row.set(key, parser.readValueAsTree());
      }
    }
    rows.add(new JsonValue(file + ":" + line, "", row));
  }

  private static JsonValue row(Path file, String text, JsonParser parser) throws IOException {
    String where = file + ":" + parser.currentTokenLocation().getLineNr();
    JsonNode node = parser.readValueAsTree();
    Jsonl.requireWholeCharacters(where, text, node);
    return new JsonValue(where, "", node);
  }

  /** Documents parted by the end-of-text mark that public text collections use. */
  private static List<JsonValue> text(Path file) {
    List<JsonValue> rows = new ArrayList<>();
    int line = 1;
    for (String document : TextLines.all(file).split("<\\|endoftext\\|>", -1)) {
      if (!document.isBlank()) {
        rows.add(new JsonValue(file + ":" + line, "", TextNode.valueOf(document)));
      }
      line += (int) document.chars().filter(c -> c == '\n').count();
    }
    return rows;
  }
}
