package io.rlhf4j.eval.task;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.eval.figure.Figure;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Results in the JSON layout of lm-evaluation-harness, so that tools for its files read ours: task,
 * then {@code metric,filter} and {@code metric_stderr,filter}. The filter is the prompt type where
 * a task has several.
 */
public final class HarnessJson {
  /** Half a 95% interval in standard errors. */
  private static final double REACH = 1.959964;

  /** Metrics that the harness has under names of its own. */
  private static final Map<String, String> NAMES =
      Map.of(
          "accuracy summed", "acc",
          "accuracy", "acc_token_norm",
          "exact match", "exact_match",
          "F1", "f1",
          "BLEU", "bleu",
          "ROUGE-1", "rouge1",
          "ROUGE-2", "rouge2",
          "ROUGE-L", "rougeL");

  private HarnessJson() {}

  /**
   * Writes the file.
   *
   * @param figures by task
   */
  public static void write(
      Path file, Path model, List<TaskRun> runs, Map<String, List<Figure>> figures) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    ObjectNode results = root.putObject("results");
    ObjectNode configs = root.putObject("configs");
    ObjectNode versions = root.putObject("versions");
    ObjectNode shots = root.putObject("n-shot");
    ObjectNode better = root.putObject("higher_is_better");
    ObjectNode samples = root.putObject("n-samples");
    for (TaskRun run : runs) {
      String task = run.task().task();
      ObjectNode result = results.putObject(task);
      result.put("alias", task);
      ObjectNode directions = better.putObject(task);
      for (Figure f : figures.getOrDefault(task, List.of())) {
        String metric =
            NAMES.getOrDefault(
                f.metric(), f.metric().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_"));
        String filter = filter(f.promptType());
        result.put(metric + "," + filter, f.value());
        result.put(metric + "_stderr," + filter, (f.high() - f.low()) / (2 * REACH));
        directions.put(metric, !f.metric().equals("toxicity") && !f.metric().contains("words not"));
      }
      ObjectNode config = configs.putObject(task);
      config.put("task", task);
      config.put("dataset_path", run.data().toString());
      config.put(
          "output_type",
          run.task().kind() == TaskDefinition.Kind.GENERATION
              ? "generate_until"
              : "multiple_choice");
      config.put("num_fewshot", run.shots());
      versions.put(task, 1);
      shots.put(task, run.shots());
      ObjectNode counts = samples.putObject(task);
      counts.put("original", run.items());
      counts.put("effective", (int) run.rows().stream().map(r -> r.prompt()).distinct().count());
    }
    ObjectNode config = root.putObject("config");
    config.put("model", "rlhf4j");
    config.put("model_args", "pretrained=" + model);
    root.put("model_name", model.toString());
    AtomicFile.write(file, root.toPrettyString() + "\n");
  }

  private static String filter(String promptType) {
    return switch (promptType) {
      case "", TaskItem.ZERO_SHOT -> "none";
      default -> promptType.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    };
  }
}
