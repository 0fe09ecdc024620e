package io.rlhf4j.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint consists of: {@code manifest.json}, by which a file that is cut short, changed
 * or gone is noticed.
 *
 * @param metric null when the checkpoint was not judged
 * @param files sorted by name
 */
record CheckpointManifest(int step, @Nullable Double metric, List<Item> files) {
  private static final String NAME = "manifest.json";
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * One file.
   *
   * @param name relative to the checkpoint's folder, with '/'
   */
  record Item(String name, long bytes, String sha256) {}

  CheckpointManifest {
    files = List.copyOf(files);
  }

  /** Describes the files of a folder. */
  static CheckpointManifest of(Path folder, int step, @Nullable Double metric) throws IOException {
    List<Item> items = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path file : paths.filter(Files::isRegularFile).sorted().toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        items.add(new Item(name, Files.size(file), InputHashes.sha256(file)));
      }
    }
    return new CheckpointManifest(step, metric, items);
  }

  void write(Path folder) throws IOException {
    ObjectNode json = JSON.createObjectNode().put("step", step).put("metric", metric);
    ArrayNode array = json.putArray("files");
    for (Item item : files) {
      array
          .addObject()
          .put("name", item.name())
          .put("bytes", item.bytes())
          .put("sha256", item.sha256());
    }
    AtomicFile.write(
        folder.resolve(NAME),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
  }

  /**
   * Reads a checkpoint's manifest.
   *
   * @throws IOException whose message says what is wrong with it
   */
  static CheckpointManifest read(Path folder) throws IOException {
    JsonNode json;
    try {
      json = JSON.readTree(Files.readAllBytes(folder.resolve(NAME)));
    } catch (NoSuchFileException e) {
      throw new IOException(NAME + " is missing", e);
    } catch (JsonProcessingException e) {
      throw new IOException(NAME + " is not valid JSON", e);
    }
    JsonNode files = json.path("files");
    JsonNode metric = json.path("metric");
    boolean good =
        json.path("step").isInt() && files.isArray() && (metric.isNull() || metric.isNumber());
    List<Item> items = new ArrayList<>();
    for (JsonNode file : files) {
      good &= file.path("name").isTextual() && file.path("bytes").isIntegralNumber();
      good &= file.path("sha256").isTextual();
      items.add(
          new Item(
              file.path("name").asText(),
              file.path("bytes").asLong(),
              file.path("sha256").asText()));
    }
    if (!good) {
      throw new IOException(NAME + " lacks a step, a metric or a list of files");
    }
    return new CheckpointManifest(
        json.path("step").intValue(), metric.isNull() ? null : metric.doubleValue(), items);
  }

  /** The first difference between the manifest and the folder's files. */
  Optional<String> damage(Path folder) throws IOException {
    // All sizes before any hash: most damage shows at once.
    for (Item item : files) {
      Path file = folder.resolve(item.name());
      if (!Files.isRegularFile(file)) {
        return Optional.of(item.name() + " is missing");
      }
      if (Files.size(file) != item.bytes()) {
        return Optional.of(
            item.name() + " should have " + item.bytes() + " bytes, has " + Files.size(file));
      }
    }
    for (Item item : files) {
      if (!InputHashes.sha256(folder.resolve(item.name())).equals(item.sha256())) {
        return Optional.of(item.name() + " does not have the SHA-256 it was saved with");
      }
    }
    return Optional.empty();
  }
}
