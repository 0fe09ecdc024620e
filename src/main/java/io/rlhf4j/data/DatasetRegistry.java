package io.rlhf4j.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * LLaMA-Factory's registry of data sets, a {@code dataset_info.json} beside the files it describes.
 * {@code folder/dataset_info.json#NAME} stands for the file that entry NAME names, with its columns
 * and tags under the names that {@link DatasetSchema} knows.
 */
final class DatasetRegistry {
  static final String FILE_NAME = "dataset_info.json";

  private static final String MARK = FILE_NAME + "#";

  /** What an entry may say; the rest of LLaMA-Factory's keys are about downloading. */
  private static final List<String> KEYS =
      List.of("file_name", "formatting", "ranking", "columns", "tags", "num_samples");

  private static final List<String> COLUMNS =
      List.of(
          "prompt",
          "query",
          "response",
          "history",
          "messages",
          "system",
          "chosen",
          "rejected",
          "kto_tag");

  private static final List<String> TAGS =
      List.of(
          "role_tag",
          "content_tag",
          "user_tag",
          "assistant_tag",
          "observation_tag",
          "function_tag",
          "system_tag");

  private static final Map<String, String> OPENAI =
      Map.of(
          "role_tag", "role",
          "content_tag", "content",
          "user_tag", "user",
          "assistant_tag", "assistant");

  private DatasetRegistry() {}

  /** Whether the path stands for an entry of a registry. */
  static boolean isEntry(Path file) {
    return String.valueOf(file.getFileName()).startsWith(MARK);
  }

  /** The rows of the entry's file, in one of the layouts that this project knows. */
  static List<JsonValue> read(Path entryPath) {
    Path registry = entryPath.resolveSibling(FILE_NAME);
    String name = String.valueOf(entryPath.getFileName()).substring(MARK.length());
    JsonValue entry = entry(registry, name);
    Path file = registry.resolveSibling(entry.get("file_name").text());
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "%s: entry '%s' names %s, which is no file beside it"
              .formatted(registry, name, entry.get("file_name").text()));
    }
    RegistryLayout layout = layout(entry);
    List<JsonValue> rows = new ArrayList<>();
    for (JsonValue row : RowFile.read(file)) {
      rows.add(new JsonValue(row.where(), row.path(), layout.ours(row)));
    }
    return rows;
  }

  private static JsonValue entry(Path registry, String name) {
    List<JsonValue> values = RowFile.read(registry);
    if (values.size() != 1) {
      throw new InputException(
          registry + " must hold one object, whose keys are names of data sets");
    }
    JsonValue all = values.get(0);
    JsonValue found = all.find(name);
    if (found == null) {
      throw new InputException(
          "%s has no entry '%s'%s; its entries are %s"
              .formatted(registry, name, meant(name, all.keys()), all.keys()));
    }
    // What stands below a name has no line of its own.
    JsonValue entry = new JsonValue(registry + ", entry '" + name + "'", "", found.node());
    requireKnown(entry, KEYS, "");
    return entry;
  }

  private static void requireKnown(JsonValue object, List<String> known, String of) {
    for (String key : object.keys()) {
      if (!known.contains(key)) {
        throw new InputException(
            "%s: unknown key '%s%s'%s; the keys read are %s"
                .formatted(object.where(), of, key, meant(key, known), known));
      }
    }
  }

  private static String meant(String name, List<String> names) {
    @Nullable String near = NearestName.of(name, names);
    return near == null ? "" : " (did you mean '" + near + "'?)";
  }

  private static RegistryLayout layout(JsonValue entry) {
    boolean ranking = entry.has("ranking") && entry.get("ranking").bool();
    Map<String, String> columns = strings(entry, "columns", COLUMNS);
    Map<String, String> tags = strings(entry, "tags", TAGS);
    String formatting = entry.text("formatting", "alpaca");
    return switch (formatting) {
      case "alpaca" -> new RegistryLayout.Alpaca(columns, ranking);
      case "sharegpt" -> new RegistryLayout.Turns("conversations", columns, tags, ranking);
      case "openai" -> {
        Map<String, String> ours = new HashMap<>(OPENAI);
        ours.putAll(tags);
        yield new RegistryLayout.Turns("messages", columns, ours, ranking);
      }
      default -> throw entry.get("formatting").error("must be alpaca, sharegpt or openai");
    };
  }

  private static Map<String, String> strings(JsonValue entry, String key, List<String> known) {
    JsonValue object = entry.find(key);
    if (object == null) {
      return Map.of();
    }
    requireKnown(object, known, key + ".");
    Map<String, String> strings = new HashMap<>();
    for (String one : object.keys()) {
      if (object.has(one)) { // null is the default, as if it were not there
        strings.put(one, object.get(one).text());
      }
    }
    return strings;
  }
}
