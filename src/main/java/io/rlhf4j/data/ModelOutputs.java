package io.rlhf4j.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What several models answered to one prompt, from one output file per model.
 *
 * @param completions of one prompt, in the order of the files
 */
public record ModelOutputs(Prompt prompt, List<Completion> completions) {
  private static final List<String> OUTPUT_KEYS =
      List.of("response", "output", "completion", "generation", "prediction", "text");
  private static final List<String> MODEL_KEYS = List.of("policy", "generator", "model");

  public ModelOutputs {
    completions = List.copyOf(completions);
  }

  /**
   * Joins files by prompt. A row gives its prompt as instruction (and input) or as prompt, and its
   * output under one of the usual names. The model is what the row calls policy, generator or
   * model, or else the file's name without its endings. White space around outputs goes: it would
   * tell a labeler who wrote them.
   *
   * @param files completions.jsonl of this project, or others' prediction files
   */
  public static List<ModelOutputs> read(List<Path> files) {
    return read(files, ColumnNames.ours());
  }

  /** The same for files whose columns have names of their own, equal ones in all files. */
  public static List<ModelOutputs> read(List<Path> files, ColumnNames columns) {
    Map<String, Prompt> prompts = new LinkedHashMap<>();
    Map<String, List<Completion>> completions = new LinkedHashMap<>();
    for (Path file : files) {
      String model = modelName(file);
      for (JsonValue row : columns.applyTo(RowFile.read(file))) {
        Prompt read = prompt(row);
        String key = key(row, read);
        Prompt prompt = prompts.computeIfAbsent(key, k -> read);
        JsonValue finished = row.find("finished");
        completions
            .computeIfAbsent(key, k -> new ArrayList<>())
            .add(
                new Completion(
                    prompt,
                    output(row).strip(),
                    policy(row, model),
                    finished == null || finished.bool()));
      }
    }
    if (prompts.isEmpty()) {
      throw new InputException("the output files " + files + " hold no rows");
    }
    List<ModelOutputs> outputs = new ArrayList<>();
    prompts.forEach(
        (key, prompt) ->
            outputs.add(new ModelOutputs(prompt, completions.getOrDefault(key, List.of()))));
    return outputs;
  }

  /** Whether a file's first row looks like a model's output to a prompt. */
  static boolean matches(JsonValue row) {
    return row.isObject()
        && (row.has("prompt") || row.has("instruction"))
        && outputKey(row) != null
        && (row.has("response") || MODEL_KEYS.stream().anyMatch(row::has));
  }

  private static Prompt prompt(JsonValue row) {
    if (!row.isObject()) {
      throw row.error("must be an object with a prompt and an output");
    }
    // Where both are there, "prompt" is what the model was sent, with its template's marks.
    if (row.has("instruction")) {
      return Instructions.alpacaPrompt(row);
    }
    return ForeignRow.prompt(row);
  }

  /** The same prompt in several files may differ in the white space around it. */
  private static String key(JsonValue row, Prompt prompt) {
    return row.has("prompt_id")
        ? "id/" + prompt.id()
        : "text/" + String.join(" ", Deduplication.words(prompt.text()));
  }

  private static String output(JsonValue row) {
    String key = outputKey(row);
    if (key == null) {
      throw row.error("must have the model's output under one of " + OUTPUT_KEYS);
    }
    JsonValue value = row.get(key);
    return value.isList() ? ForeignRow.completion(value) : value.scalarText();
  }

  private static @Nullable String outputKey(JsonValue row) {
    return OUTPUT_KEYS.stream().filter(row::has).findFirst().orElse(null);
  }

  private static String policy(JsonValue row, String file) {
    for (String key : MODEL_KEYS) {
      JsonValue value = row.find(key);
      if (value != null && value.isText()) {
        return value.text();
      }
    }
    return file;
  }

  private static String modelName(Path file) {
    String name = String.valueOf(file.getFileName());
    if (name.endsWith(".gz")) {
      name = name.substring(0, name.length() - 3);
    }
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
