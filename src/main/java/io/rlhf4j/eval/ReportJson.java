package io.rlhf4j.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * report.json: the {@link Report} with its component names as keys. A number that is not finite is
 * refused by its key, so that no reader meets a file that is not JSON.
 */
public final class ReportJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private ReportJson() {}

  /** The report as indented JSON text. */
  public static String toJson(Report report) {
    requireFinite(report);
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report must be writable as JSON", e);
    }
  }

  /** Writes the file whole or not at all. */
  public static void write(Report report, Path file) {
    AtomicFile.write(file, toJson(report));
  }

  /** Reads back what {@link #write} wrote. */
  public static Report read(Path file) {
    try {
      JsonNode tree = MAPPER.readTree(Files.readString(file));
      int format = tree.path("format").asInt(0);
      if (format != Report.FORMAT) {
        throw new InputException(
            file
                + ": format must be "
                + Report.FORMAT
                + ", was "
                + tree.path("format")
                + "; evaluate the run again to write a new report");
      }
      return MAPPER.treeToValue(tree, Report.class);
    } catch (JsonProcessingException e) {
      throw new InputException(
          file + " is not a report.json of this version: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e + "; is the path right?", e);
    }
  }

  /** Refuses a report in which any number is NaN or infinite, naming its key. */
  public static void requireFinite(Report report) {
    requireFinite(MAPPER.valueToTree(report), "");
  }

  private static void requireFinite(JsonNode node, String key) {
    if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
      throw new InputException(
          "report."
              + key
              + " must be a finite number, was "
              + node.doubleValue()
              + "; leave it null when it could not be measured");
    }
    if (node.isObject()) {
      String prefix = key.isEmpty() ? "" : key + ".";
      node.properties().forEach(e -> requireFinite(e.getValue(), prefix + e.getKey()));
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      requireFinite(node.get(i), key + "[" + i + "]");
    }
  }
}
