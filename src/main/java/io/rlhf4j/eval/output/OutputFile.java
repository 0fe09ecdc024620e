package io.rlhf4j.eval.output;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.JsonValue;
import io.rlhf4j.data.TableFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of outputs of several models, in the columns of the paper's released samples or near them.
 *
 * @param skipped why rows were left out, one sentence each
 */
public record OutputFile(OutputTask task, List<OutputRow> rows, List<String> skipped) {
  /** "ppo-ptx-175b" is the model ppo-ptx of size 175b. */
  private static final Pattern SIZED =
      Pattern.compile(
          "(.+)[-_ ](xs|xl|xxl|tiny|small|medium|base|large|huge|\\d+(?:\\.\\d+)?[kmbt])",
          Pattern.CASE_INSENSITIVE);

  public OutputFile {
    rows = List.copyOf(rows);
    skipped = List.copyOf(skipped);
  }

  /** How to treat what is not as it should be. */
  public record Rules(boolean skipBad, boolean allowEmpty) {}

  /**
   * Reads the file.
   *
   * @param named the task, or null to find it out
   */
  public static OutputFile read(Path file, @Nullable OutputTask named, Rules rules) {
    List<String> skipped = new ArrayList<>();
    Consumer<InputException> bad =
        rules.skipBad() ? e -> skipped.add(e.getMessage()) : TableFile.REFUSE;
    List<JsonValue> table = TableFile.read(file, bad);
    if (table.isEmpty()) {
      throw new InputException(
          file + " holds no rows" + (skipped.isEmpty() ? "" : " that can be read"));
    }
    OutputTask task = named == null ? OutputTask.detect(file, table.get(0)) : named;
    if (table.get(0).isObject()) {
      requireColumns(task, table.get(0));
    }
    List<OutputRow> rows = new ArrayList<>();
    for (JsonValue row : table) {
      try {
        rows.add(row(task, row, rules));
      } catch (InputException complaint) {
        bad.accept(complaint);
      }
    }
    if (rows.isEmpty()) {
      throw new InputException(
          "%s: all %d rows were skipped, the first because %s"
              .formatted(file, skipped.size(), skipped.get(0)));
    }
    return new OutputFile(task, rows, skipped);
  }

  private static void requireColumns(OutputTask task, JsonValue first) {
    column(task, first, OutputTask.MODEL);
    column(task, first, task.promptColumns());
    column(task, first, OutputTask.OUTPUT);
    if (task.needsReference()) {
      column(task, first, OutputTask.REFERENCE);
    }
  }

  private static OutputRow row(OutputTask task, JsonValue row, Rules rules) {
    String model = text(task, row, OutputTask.MODEL);
    Matcher sized = SIZED.matcher(model);
    boolean hasSize = sized.matches();
    String output = text(task, row, OutputTask.OUTPUT);
    if (output.isBlank() && !rules.allowEmpty()) {
      throw new InputException(
          "%s: the output in column '%s' is empty; --skip-bad leaves such rows out, --allow-empty"
                  .formatted(row.where(), column(task, row, OutputTask.OUTPUT))
              + " scores them as answers that say nothing");
    }
    String type = row.keys().contains("prompt_type") ? text(task, row, OutputTask.PROMPT_TYPE) : "";
    return new OutputRow(
        row.where(),
        hasSize ? sized.group(1) : model,
        hasSize ? sized.group(2) : "",
        type,
        text(task, row, task.promptColumns()),
        output,
        task.needsReference() ? references(task, row) : List.of(),
        scores(task, row));
  }

  private static List<String> references(OutputTask task, JsonValue row) {
    String column = column(task, row, OutputTask.REFERENCE);
    JsonValue value = row.get(column);
    List<String> references = new ArrayList<>();
    if (value.isList()) {
      value.items().forEach(item -> references.add(item.scalarText()));
    } else {
      String text = value.scalarText();
      references.addAll(task.partsReferences() ? List.of(text.split("\\|", -1)) : List.of(text));
    }
    references.removeIf(String::isBlank);
    if (references.isEmpty()) {
      throw new InputException(
          "%s: column '%s' holds no reference; %s".formatted(row.where(), column, task.expected()));
    }
    return references;
  }

  private static Map<String, Double> scores(OutputTask task, JsonValue row) {
    Map<String, Double> scores = new HashMap<>();
    for (String name : task.scoreColumns()) {
      JsonValue value = row.find(name);
      if (value == null || value.scalarText().isBlank()) {
        continue;
      }
      double score;
      try {
        score = Double.parseDouble(value.scalarText());
      } catch (NumberFormatException e) {
        throw value.error("must be a number in 0..1");
      }
      if (!(score >= 0 && score <= 1)) {
        throw value.error("must be a number in 0..1");
      }
      scores.put(name, score);
    }
    return scores;
  }

  private static String text(OutputTask task, JsonValue row, List<String> names) {
    return row.get(column(task, row, names)).scalarText();
  }

  private static String column(OutputTask task, JsonValue row, List<String> names) {
    List<String> keys = row.keys();
    for (String name : names) {
      if (keys.contains(name)) {
        return name;
      }
    }
    throw new InputException(
        "%s: column %s is missing; the columns found are %s; %s"
            .formatted(row.where(), String.join(" or ", names), keys, task.expected()));
  }
}
