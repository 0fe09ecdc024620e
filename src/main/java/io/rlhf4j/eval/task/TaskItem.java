package io.rlhf4j.eval.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.data.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One question of a task, ready for a model.
 *
 * @param number its place among the items, which tells it from all others
 * @param where file and line
 * @param prompts by prompt type
 * @param question what judges and metrics get to see; null for the prompt itself
 * @param choices what to choose from; empty for generation
 * @param correct whether each choice is right
 * @param references right answers; empty where there are none
 */
record TaskItem(
    int number,
    String where,
    Map<String, String> prompts,
    @Nullable String question,
    List<String> choices,
    List<Boolean> correct,
    List<String> references) {
  static final String ZERO_SHOT = "zeroshot";
  static final String FEW_SHOT = "fewshot";

  /** The items of a task, and the examples that were taken out of them for few-shot prompts. */
  static List<TaskItem> all(TaskDefinition task, List<TaskData.Row> rows, int shots) {
    if (shots >= rows.size()) {
      throw new InputException(
          "%s: %d shots need more than %d rows".formatted(task.task(), shots, rows.size()));
    }
    StringBuilder examples = new StringBuilder();
    for (TaskData.Row row : rows.subList(0, shots)) {
      examples.append(example(task, row)).append(task.between());
    }
    List<TaskItem> items = new ArrayList<>();
    for (TaskData.Row row : rows.subList(shots, rows.size())) {
      items.add(item(task, row, items.size() + 1, examples.toString()));
    }
    return items;
  }

  private static TaskItem item(TaskDefinition task, TaskData.Row row, int number, String examples) {
    Map<String, String> prompts = new LinkedHashMap<>();
    boolean single = task.prompts().size() == 1 && task.prompts().containsKey("");
    task.prompts()
        .forEach(
            (type, template) -> {
              String text = new Template(template).fill(row.where(), row.fields());
              prompts.put(single ? ZERO_SHOT : type, text);
              if (!examples.isEmpty() && single) {
                prompts.put(FEW_SHOT, examples + text);
              }
            });
    List<String> choices = new ArrayList<>();
    List<Boolean> correct = new ArrayList<>();
    choices(task, row, choices, correct);
    String question = task.question();
    return new TaskItem(
        number,
        row.where(),
        prompts,
        question == null ? null : new Template(question).fill(row.where(), row.fields()),
        choices,
        correct,
        references(task, row.fields()));
  }

  /** A worked example: the task's shot, in which {@code {gold}} is the right answer. */
  private static String example(TaskDefinition task, TaskData.Row row) {
    List<String> choices = new ArrayList<>();
    List<Boolean> correct = new ArrayList<>();
    choices(task, row, choices, correct);
    String gold =
        choices.isEmpty()
            ? references(task, row.fields()).stream().findFirst().orElse("")
            : choices.get(Math.max(0, correct.indexOf(true)));
    String shot = String.valueOf(task.shot());
    return new Template(shot.replace("{gold}", "{gold_}"))
        .fill(row.where(), row.fields().deepCopy().put("gold_", gold.strip()));
  }

  private static void choices(
      TaskDefinition task, TaskData.Row row, List<String> choices, List<Boolean> correct) {
    String targets = task.targets();
    if (targets != null) {
      JsonNode texts = row.fields().get(targets);
      if (texts == null || !texts.isObject() || texts.isEmpty()) {
        throw new InputException(
            "%s: field '%s' must be {text: 1 or 0, ...}".formatted(row.where(), targets));
      }
      texts
          .properties()
          .forEach(
              target -> {
                choices.add(" " + target.getKey());
                correct.add(target.getValue().asInt() == 1);
              });
      return;
    }
    for (String choice : task.choices()) {
      choices.addAll(new Template(choice).all(row.fields()));
    }
    if (choices.size() < 2 && task.kind() != TaskDefinition.Kind.GENERATION) {
      throw new InputException(
          "%s: the task %s needs at least 2 choices, the row gives %s"
              .formatted(row.where(), task.task(), choices));
    }
    String template = task.correct();
    int right = template == null ? -1 : index(task, template, row, choices.size());
    for (int c = 0; c < choices.size(); c++) {
      correct.add(c == right);
    }
  }

  private static int index(TaskDefinition task, String template, TaskData.Row row, int choices) {
    String said = new Template(template).fill(row.where(), row.fields());
    int index = task.labels().indexOf(said);
    if (index < 0 && said.matches("\\d+")) {
      index = Integer.parseInt(said);
    }
    if (index < 0 || index >= choices) {
      throw new InputException(
          "%s: correct must be %s, was '%s'"
              .formatted(
                  row.where(),
                  task.labels().isEmpty()
                      ? "an index below " + choices
                      : "an index or one of " + task.labels(),
                  said));
    }
    return index;
  }

  private static List<String> references(TaskDefinition task, JsonNode row) {
    List<String> references = new ArrayList<>();
    for (String reference : task.references()) {
      for (String text : new Template(reference).all(row)) {
        String stripped = text.strip();
        if (!stripped.isEmpty() && !references.contains(stripped)) {
          references.add(stripped);
        }
      }
    }
    String none = task.noAnswer();
    return references.isEmpty() && none != null ? List.of(none) : references;
  }
}
