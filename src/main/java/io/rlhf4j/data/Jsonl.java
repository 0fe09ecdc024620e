package io.rlhf4j.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/**
 * JSON Lines: one JSON value per line, UTF-8, gzipped where the file's name ends in {@code .gz}.
 * Every complaint names file and line.
 */
public final class Jsonl {
  /** Strict: a key given twice or text after the value is an error. */
  static final ObjectMapper MAPPER = mapper();

  private Jsonl() {}

  /** All rows; blank lines are no rows. */
  public static List<JsonValue> read(Path file) {
    List<JsonValue> rows = new ArrayList<>();
    forEach(file, rows::add);
    return rows;
  }

  /** Gives the rows one by one, so that a file may be larger than memory. */
  public static void forEach(Path file, Consumer<JsonValue> taker) {
    TextLines.forEach(
        file,
        (number, line) -> {
          if (!line.isBlank()) {
            taker.accept(parse(file + ":" + number, line));
          }
        });
  }

  /** Replaces the file by these rows, all or nothing. */
  public static void write(Path file, Iterable<? extends JsonNode> rows) {
    AtomicFile.write(
        file,
        out -> {
          if (file.toString().endsWith(".gz")) {
            GZIPOutputStream packed = new GZIPOutputStream(out);
            writeRows(packed, rows);
            packed.finish();
          } else {
            writeRows(out, rows);
          }
        });
  }

  private static void writeRows(OutputStream out, Iterable<? extends JsonNode> rows)
      throws IOException {
    for (JsonNode row : rows) {
      out.write(MAPPER.writeValueAsBytes(row));
      out.write('\n');
    }
  }

  static JsonValue parse(String where, String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      requireWholeCharacters(where, text, node);
      return new JsonValue(where, "", node);
    } catch (JsonProcessingException e) {
      throw new InputException(
          "%s: not JSON: %s at column %d; every line must hold one JSON value"
              .formatted(where, e.getOriginalMessage(), e.getLocation().getColumnNr()),
          e);
    }
  }

  /** Half an escaped surrogate pair is no character: neither UTF-8 nor a tokenizer can take it. */
  static void requireWholeCharacters(String where, String text, JsonNode node) {
    if (text.contains("\\ud") || text.contains("\\uD")) {
      boolean half = node.toString().codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF);
      if (half) {
        throw new InputException(
            where
                + ": a text holds half of a surrogate pair (\\ud...);"
                + " it was cut inside a character, mend or remove it");
      }
    }
  }

  private static ObjectMapper mapper() {
    return JsonMapper.builder()
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
        .build();
  }
}
