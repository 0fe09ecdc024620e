package io.rlhf4j.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The files in which the stages meet: prompts.jsonl, demonstrations.jsonl, completions.jsonl,
 * ratings.jsonl, rankings.jsonl, comparisons.jsonl. Writing and reading give equal records back.
 *
 * <p>Keys of every row: {@code prompt} (a string, or a list of {@code {role, content}}), and about
 * the prompt {@code prompt_id, user, use_case, kind, split}, each of which may be absent. A missing
 * prompt_id becomes a hash of the messages, so that equal prompts have equal ids.
 */
public final class DataFiles {
  private DataFiles() {}

  /** Prompts; no id may stand twice. */
  public static List<Prompt> readPrompts(Path file) {
    List<Prompt> prompts = new ArrayList<>();
    Map<String, String> seen = new HashMap<>();
    for (JsonValue row : Jsonl.read(file)) {
      Prompt prompt = RowReader.prompt(RowReader.checked(row, RowReader.PROMPT));
      String earlier = seen.putIfAbsent(prompt.id(), row.where());
      if (earlier != null) {
        throw new InputException(
            "%s: prompt_id '%s' stands at %s already; give every prompt an id of its own"
                .formatted(row.where(), prompt.id(), earlier));
      }
      prompts.add(prompt);
    }
    return prompts;
  }

  public static List<Demonstration> readDemonstrations(Path file) {
    return read(file, RowReader::demonstration);
  }

  public static List<Completion> readCompletions(Path file) {
    return read(file, RowReader::completion);
  }

  public static List<Rating> readRatings(Path file) {
    return read(file, RowReader::rating);
  }

  public static List<Ranking> readRankings(Path file) {
    return read(file, RowReader::ranking);
  }

  public static List<Comparison> readComparisons(Path file) {
    return read(file, RowReader::comparison);
  }

  public static void writePrompts(Path file, List<Prompt> prompts) {
    write(file, prompts, RowWriter::prompt);
  }

  public static void writeDemonstrations(Path file, List<Demonstration> demonstrations) {
    write(file, demonstrations, RowWriter::demonstration);
  }

  public static void writeCompletions(Path file, List<Completion> completions) {
    write(file, completions, RowWriter::completion);
  }

  public static void writeRatings(Path file, List<Rating> ratings) {
    write(file, ratings, RowWriter::rating);
  }

  public static void writeRankings(Path file, List<Ranking> rankings) {
    write(file, rankings, RowWriter::ranking);
  }

  public static void writeComparisons(Path file, List<Comparison> comparisons) {
    write(file, comparisons, RowWriter::comparison);
  }

  /** One row of prompts.jsonl, for whoever adds columns to it. */
  public static ObjectNode row(Prompt prompt) {
    return RowWriter.prompt(prompt);
  }

  /** One row of demonstrations.jsonl. */
  public static ObjectNode row(Demonstration demonstration) {
    return RowWriter.demonstration(demonstration);
  }

  /** One row of rankings.jsonl. */
  public static ObjectNode row(Ranking ranking) {
    return RowWriter.ranking(ranking);
  }

  /** One row of comparisons.jsonl. */
  public static ObjectNode row(Comparison comparison) {
    return RowWriter.comparison(comparison);
  }

  /** One row of ratings.jsonl. */
  public static ObjectNode row(Rating rating) {
    return RowWriter.rating(rating);
  }

  private static <T> List<T> read(Path file, Function<JsonValue, T> reader) {
    List<T> records = new ArrayList<>();
    Jsonl.forEach(file, row -> records.add(reader.apply(row)));
    return records;
  }

  private static <T> void write(Path file, List<T> records, Function<T, ObjectNode> writer) {
    // Rows are made one by one while they are written.
    Iterable<ObjectNode> rows = () -> records.stream().map(writer).iterator();
    Jsonl.write(file, rows);
  }
}
