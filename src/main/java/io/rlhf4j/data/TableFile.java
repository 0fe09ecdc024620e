package io.rlhf4j.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Rows of any table that others made: .csv, .tsv or .jsonl line by line, so that a broken row can
 * be left out; other formats that {@link DatasetReader} knows as a whole.
 */
public final class TableFile {
  /** Does not go on after a broken row. */
  public static final Consumer<InputException> REFUSE =
      complaint -> {
        throw complaint;
      };

  private TableFile() {}

  /**
   * Reads all rows.
   *
   * @param bad takes the complaint about each row that cannot be read; {@link #REFUSE} throws it
   */
  public static List<JsonValue> read(Path file, Consumer<InputException> bad) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    name = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    if (name.endsWith(".csv") || name.endsWith(".tsv")) {
      return csv(file, name.endsWith(".csv") ? ',' : '\t', bad);
    }
    return name.endsWith(".jsonl") || name.endsWith(".ndjson")
        ? jsonl(file, bad)
        : RowFile.read(file);
  }

  private static List<JsonValue> csv(Path file, char separator, Consumer<InputException> bad) {
    StringBuilder text = new StringBuilder();
    Map<Integer, InputException> broken = new HashMap<>();
    TextLines.forEach(
        file,
        (number, line) -> text.append(line).append('\n'),
        (number, mended, complaint) -> {
          text.append(mended).append('\n');
          broken.put(number, complaint);
        });
    return Csv.parse(file.toString(), text.toString(), separator, broken, bad);
  }

  private static List<JsonValue> jsonl(Path file, Consumer<InputException> bad) {
    List<JsonValue> rows = new ArrayList<>();
    TextLines.forEach(
        file,
        (number, line) -> {
          if (!line.isBlank()) {
            try {
              rows.add(Jsonl.parse(file + ":" + number, line));
            } catch (InputException complaint) {
              bad.accept(complaint);
            }
          }
        },
        (number, mended, complaint) -> bad.accept(complaint));
    return rows;
  }
}
