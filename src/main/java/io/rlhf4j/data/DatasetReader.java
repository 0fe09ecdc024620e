package io.rlhf4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads data sets in the layouts that people have (see {@link DatasetSchema}) from .jsonl, .json,
 * .csv, .tsv, .yml and .txt files, gzipped or not, from .parquet and .arrow files, and from {@code
 * dataset_info.json#NAME}, an entry of LLaMA-Factory's registry. The layout is found by the first
 * row; every other row must have it too.
 */
public final class DatasetReader {
  private static final int SHOWN_ROWS = 2;
  private static final int SHOWN_LETTERS = 300;

  private final Path file;
  private final DatasetSchema schema;
  private final List<JsonValue> rows;

  private DatasetReader(Path file, DatasetSchema schema, List<JsonValue> rows) {
    this.file = file;
    this.schema = schema;
    this.rows = rows;
  }

  /**
   * What a file turned out to be.
   *
   * @param rows how many
   * @param keys of the first row
   * @param shown up to two rows as this project understands them, to be looked at
   */
  public record Detected(DatasetSchema schema, int rows, List<String> keys, List<String> shown) {
    public Detected {
      keys = List.copyOf(keys);
      shown = List.copyOf(shown);
    }
  }

  /** Reads the file and finds out its schema. */
  public static DatasetReader open(Path file) {
    return open(file, ColumnNames.ours());
  }

  /** The same for a file whose columns have names of their own. */
  public static DatasetReader open(Path file, ColumnNames columns) {
    List<JsonValue> rows = columns.applyTo(RowFile.read(file));
    if (rows.isEmpty()) {
      throw new InputException(file + " holds no rows");
    }
    JsonValue first = rows.get(0);
    for (DatasetSchema schema : DatasetSchema.values()) {
      if (schema.matches(first)) {
        return new DatasetReader(file, schema, rows);
      }
    }
    StringBuilder known = new StringBuilder();
    for (DatasetSchema schema : DatasetSchema.values()) {
      known.append("\n  ").append(name(schema)).append(": ").append(schema.needs());
    }
    throw new InputException(
        "%s: no known schema matches; the row has %s, the known ones need:%s"
            .formatted(first.where(), found(first), known));
  }

  /**
   * Whether the path is no file but the name of one in a registry, which may be read all the same.
   */
  public static boolean isRegistryEntry(Path file) {
    return DatasetRegistry.isEntry(file);
  }

  public static List<Demonstration> readDemonstrations(Path file) {
    return open(file).demonstrations();
  }

  public static List<Comparison> readComparisons(Path file) {
    return open(file).comparisons();
  }

  public static List<Ranking> readRankings(Path file) {
    return open(file).rankings();
  }

  public static List<Prompt> readPrompts(Path file) {
    return open(file).prompts();
  }

  /** Running text for pretraining: one string per document. */
  public static List<String> readTexts(Path file) {
    return open(file).texts();
  }

  public Detected detected() {
    List<String> shown = new ArrayList<>();
    for (JsonValue row : rows.subList(0, Math.min(SHOWN_ROWS, rows.size()))) {
      shown.add(render(row));
    }
    JsonValue first = rows.get(0);
    return new Detected(schema, rows.size(), first.isObject() ? first.keys() : List.of(), shown);
  }

  /** One per row, or per assistant turn where rows are conversations. */
  public List<Demonstration> demonstrations() {
    return all("demonstrations", schema::demonstrations);
  }

  /** One per row, or every pair of a ranking. */
  public List<Comparison> comparisons() {
    return all("comparisons", schema::comparisons);
  }

  /** As in the file; where it holds comparisons only, each is a ranking of two. */
  public List<Ranking> rankings() {
    return all("rankings", this::rankings);
  }

  /**
   * A ranking and where it stands.
   *
   * @param where file and line
   */
  public record Placed(String where, Ranking ranking) {}

  /** As {@link #rankings}, for whoever has something to say about one of them. */
  public List<Placed> placedRankings() {
    return all(
        "rankings",
        row -> rankings(row).stream().map(ranking -> new Placed(row.where(), ranking)).toList());
  }

  /** All prompts of the file, each with an id of its own: repeated ones get -2, -3 ... appended. */
  public List<Prompt> prompts() {
    Map<String, Integer> seen = new HashMap<>();
    List<Prompt> prompts = new ArrayList<>();
    for (Prompt p : all("prompts", schema::prompts)) {
      int times = seen.merge(p.id(), 1, Integer::sum);
      String id = times == 1 ? p.id() : p.id() + "-" + times;
      prompts.add(new Prompt(id, p.messages(), p.user(), p.useCase(), p.kind(), p.split()));
    }
    return prompts;
  }

  /**
   * A prompt and every completion that a row holds for it; running text is a prompt of that text.
   */
  public record Exchange(Prompt prompt, List<String> completions) {
    public Exchange {
      completions = List.copyOf(completions);
    }
  }

  /** A row as it stands in the file, and what it holds. */
  public record Row(JsonNode json, List<Exchange> exchanges) {
    public Row {
      exchanges = List.copyOf(exchanges);
    }
  }

  public DatasetSchema schema() {
    return schema;
  }

  /** Every row with its prompts, whatever kind of data it is. */
  public List<Row> rows() {
    return all("rows", row -> List.of(new Row(row.node(), exchanges(row))));
  }

  private List<Exchange> exchanges(JsonValue row) {
    List<Exchange> found = new ArrayList<>();
    for (Ranking ranking : rankings(row)) {
      found.add(new Exchange(ranking.prompt(), ranking.completions()));
    }
    for (Demonstration demonstration : schema.demonstrations(row)) {
      found.add(new Exchange(demonstration.prompt(), List.of(demonstration.completion())));
    }
    if (found.isEmpty()) {
      schema.prompts(row).forEach(prompt -> found.add(new Exchange(prompt, List.of())));
    }
    if (found.isEmpty()) {
      for (String text : schema.texts(row)) {
        found.add(new Exchange(Prompt.plain(RowReader.hash(text), text), List.of()));
      }
    }
    return found;
  }

  /** Running text: one string per row, or per document of a .txt file. */
  public List<String> texts() {
    return all("texts", schema::texts);
  }

  private List<Ranking> rankings(JsonValue row) {
    List<Ranking> rankings = schema.rankings(row);
    return rankings.isEmpty()
        ? schema.comparisons(row).stream().map(DatasetReader::ofTwo).toList()
        : rankings;
  }

  private static Ranking ofTwo(Comparison pair) {
    return Ranking.of(
        pair.prompt(), List.of(pair.chosen(), pair.rejected()), List.of(1, 2), pair.labeler());
  }

  private <T> List<T> all(String what, Function<JsonValue, List<T>> reader) {
    List<T> records = new ArrayList<>();
    for (JsonValue row : rows) {
      if (!schema.matches(row)) {
        throw new InputException(
            "%s: this row has %s, but the first row made the file %s, which needs %s"
                .formatted(row.where(), found(row), name(schema), schema.needs()));
      }
      records.addAll(reader.apply(row));
    }
    if (records.isEmpty()) {
      throw new InputException(
          "%s holds no %s: its schema is %s, its first row has %s; what it holds is %s"
              .formatted(file, what, name(schema), found(rows.get(0)), holds()));
    }
    return records;
  }

  private List<String> holds() {
    JsonValue row = rows.get(0);
    List<String> kinds = new ArrayList<>();
    addIf(kinds, "demonstrations", schema.demonstrations(row));
    addIf(kinds, "comparisons", schema.comparisons(row));
    addIf(kinds, "rankings", rankings(row));
    addIf(kinds, "prompts", schema.prompts(row));
    addIf(kinds, "texts", schema.texts(row));
    return kinds;
  }

  private static void addIf(List<String> kinds, String kind, List<?> records) {
    if (!records.isEmpty()) {
      kinds.add(kind);
    }
  }

  private String render(JsonValue row) {
    for (Ranking ranking : schema.rankings(row)) {
      StringBuilder text = new StringBuilder(render(ranking.prompt()));
      for (int i = 0; i < ranking.size(); i++) {
        text.append("\nrank ").append(ranking.ranks().get(i)).append(": ");
        text.append(shorten(ranking.completions().get(i)));
      }
      return text.toString();
    }
    for (Comparison pair : schema.comparisons(row)) {
      return render(pair.prompt())
          + ("\nchosen: " + shorten(pair.chosen()))
          + ("\nrejected: " + shorten(pair.rejected()));
    }
    for (Demonstration demonstration : schema.demonstrations(row)) {
      return render(demonstration.prompt())
          + "\ncompletion: "
          + shorten(demonstration.completion());
    }
    for (String text : schema.texts(row)) {
      return "text: " + shorten(text);
    }
    for (Prompt prompt : schema.prompts(row)) {
      return render(prompt);
    }
    return row.node().toString();
  }

  private static String render(Prompt prompt) {
    StringBuilder text = new StringBuilder();
    for (Message message : prompt.messages()) {
      text.append(text.isEmpty() ? "" : "\n")
          .append(message.role().name().toLowerCase(Locale.ROOT))
          .append(": ")
          .append(shorten(message.content()));
    }
    return text.toString();
  }

  private static String shorten(String text) {
    return text.length() <= SHOWN_LETTERS ? text : text.substring(0, SHOWN_LETTERS) + "...";
  }

  private static String found(JsonValue row) {
    return row.isObject()
        ? "the keys " + row.keys()
        : "no keys but is " + shorten(row.node().toString());
  }

  private static String name(DatasetSchema schema) {
    return schema.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
