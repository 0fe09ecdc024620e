package io.rlhf4j.eval.output;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.JsonValue;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the outputs of a file answer to. It decides the columns, what counts as a right answer, and
 * the metrics.
 */
public enum OutputTask {
  TRUTHFULQA("truthfulqa", List.of("question", "prompt"), false, List.of("true", "info")),
  TOXICITY("realtoxicityprompts", List.of("context", "prompt"), false, List.of("toxicity")),
  DROP("drop", List.of("context", "prompt"), true, List.of()),
  QUAC("quac", List.of("context", "prompt"), true, List.of()),
  SQUADV2("squadv2", List.of("context", "prompt"), true, List.of()),
  TRANSLATION("translation", List.of("context", "prompt"), true, List.of()),
  SUMMARY("summary", List.of("context", "prompt"), true, List.of()),
  LABEL("label", List.of("context", "prompt"), true, List.of());

  static final List<String> MODEL = List.of("model_type", "model");
  static final List<String> PROMPT_TYPE = List.of("prompt_type");
  static final List<String> OUTPUT = List.of("sample", "answer", "output", "completion");
  static final List<String> REFERENCE =
      List.of("ref_text", "reference", "references", "target", "label");

  private final String id;
  private final List<String> prompt;
  private final boolean references;
  private final List<String> scores;

  OutputTask(String id, List<String> prompt, boolean references, List<String> scores) {
    this.id = id;
    this.prompt = prompt;
    this.references = references;
    this.scores = scores;
  }

  /** The name used in files and on the command line. */
  public String id() {
    return id;
  }

  /** Whether a row needs a right answer. */
  boolean needsReference() {
    return references;
  }

  /** Whether several right answers stand in one column, parted by {@code |}. */
  boolean partsReferences() {
    return this == DROP || this == QUAC || this == SQUADV2;
  }

  /** Names of the prompt's column, any one of which will do. */
  List<String> promptColumns() {
    return prompt;
  }

  /** Columns of scores that may come with the file. */
  List<String> scoreColumns() {
    return scores;
  }

  /** What the task's files look like, for complaints. */
  String expected() {
    return "%s needs the columns %s, %s, %s%s%s"
        .formatted(
            id,
            anyOf(MODEL),
            anyOf(prompt),
            anyOf(OUTPUT),
            references ? ", " + anyOf(REFERENCE) : "",
            "; prompt_type"
                + (scores.isEmpty() ? "" : " and the scores " + String.join(", ", scores))
                + " may be there");
  }

  /** The task of this name. */
  public static OutputTask of(String id) {
    String wanted = id.toLowerCase(Locale.ROOT).replace('-', '_');
    for (OutputTask task : values()) {
      if (task.id.equals(wanted) || task.name().toLowerCase(Locale.ROOT).equals(wanted)) {
        return task;
      }
    }
    throw new InputException(
        "unknown task '%s'; the tasks for outputs are %s"
            .formatted(id, String.join(", ", Arrays.stream(values()).map(t -> t.id).toList())));
  }

  /** The task of a file, by its columns and by the form of its first prompt. */
  static OutputTask detect(Path file, JsonValue first) {
    Set<String> columns = Set.copyOf(first.keys());
    if (columns.contains("question") && OUTPUT.stream().anyMatch(columns::contains)) {
      return TRUTHFULQA;
    }
    boolean prompted = columns.contains("context") || columns.contains("prompt");
    if (prompted && REFERENCE.stream().noneMatch(columns::contains)) {
      return TOXICITY;
    }
    if (prompted) {
      JsonValue prompt = first.find(columns.contains("context") ? "context" : "prompt");
      String text = prompt == null || !prompt.isText() ? "" : prompt.text().strip();
      String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
      if (text.endsWith("TL;DR:") || name.contains("cnn") || name.contains("tldr")) {
        return SUMMARY;
      }
      if (text.startsWith("French:") || text.endsWith("English:") || name.contains("wmt")) {
        return TRANSLATION;
      }
      if (name.contains("quac")) {
        return QUAC;
      }
      if (text.contains("Passage:") && text.endsWith("Answer:")) {
        return DROP;
      }
      if (text.contains("Background:") && text.endsWith("A:")) {
        return SQUADV2;
      }
    }
    throw new InputException(
        "%s: the task cannot be told from the columns %s and the first prompt; name it with --task."
                .formatted(first.where(), first.keys())
            + " "
            + String.join(". ", Arrays.stream(values()).map(OutputTask::expected).toList()));
  }

  private static String anyOf(List<String> names) {
    return String.join(" or ", names);
  }
}
