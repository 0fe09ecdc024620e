package io.rlhf4j.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Jsonl;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.eval.output.Metric;
import io.rlhf4j.eval.output.Metrics;
import io.rlhf4j.eval.output.OutputRow;
import io.rlhf4j.eval.output.OutputScores;
import io.rlhf4j.eval.output.OutputTask;
import io.rlhf4j.eval.task.HarnessJson;
import io.rlhf4j.eval.task.TaskDefinition;
import io.rlhf4j.eval.task.TaskFiles;
import io.rlhf4j.eval.task.TaskRun;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.stats.Bootstrap;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j evaluate model}: benchmarks put to a model folder. */
@Command(
    name = "model",
    description =
        "Puts tasks to a model: generation at temperature 0, choices by log-probability, zero- and"
            + " few-shot.")
final class EvaluateModelCommand implements Callable<Integer> {
  private static final String ALL = "all";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(arity = "1", paramLabel = "DIR", description = "Model folder.")
  private Path model = Path.of("");

  @Option(
      names = "--tasks",
      split = ",",
      defaultValue = ALL,
      description = "Shipped tasks or task files (.yaml); 'all' takes those whose data is there.")
  private List<String> tasks = List.of(ALL);

  @Option(
      names = "--data",
      required = true,
      description = "Folder below which the tasks' data files lie.")
  private Path data = Path.of("");

  @Option(names = "--shots", description = "Examples in few-shot prompts; default: the task's.")
  private @Nullable Integer shots;

  @Option(names = "--limit", description = "Items of each task at most.")
  private @Nullable Integer limit;

  @Option(names = "--format", defaultValue = "plain", description = "plain or chat.")
  private PromptStyle format = PromptStyle.PLAIN;

  @Option(names = "--name", description = "The model's name in results; default: its folder's.")
  private @Nullable String name;

  @Option(names = "--harness", description = "Also write results in lm-evaluation-harness's form.")
  private @Nullable Path harness;

  @Option(names = "--outputs", description = "Also write what the model wrote, for 'outputs'.")
  private @Nullable Path outputs;

  @Mixin private ScorerOptions scorers = new ScorerOptions();

  @Option(names = "--seed", defaultValue = "1", description = "Decides the bootstrap's draws.")
  private long seed = 1;

  @Mixin private FigureOutput output = new FigureOutput();

  @Override
  public Integer call() {
    if (limit != null && limit < 1 || shots != null && shots < 0) {
      throw new InputException("--limit must be at least 1 and --shots at least 0");
    }
    PrintWriter out = spec.commandLine().getOut();
    List<TaskRun> runs = new ArrayList<>();
    List<FigureSet> sets = new ArrayList<>();
    Map<String, List<Figure>> byTask = new LinkedHashMap<>();
    String folder = FolderName.of(model);
    try (Tokenizer tokenizer = Tokenizer.load(model);
        Transformer transformer = ModelFolder.readLanguage(model, Precision.FLOAT32, false)) {
      for (TaskFiles task : chosen(out)) {
        TaskRun run =
            TaskRun.of(
                task.task(),
                task.data(),
                name == null ? folder : name,
                transformer,
                tokenizer,
                format,
                new TaskRun.Limits(limit, shots));
        if (run.rows().isEmpty()) {
          out.println("nothing fits: " + run.note());
          out.println();
          continue;
        }
        FigureSet set = score(run);
        runs.add(run);
        sets.add(set);
        byTask.put(run.task().task(), set.figures());
      }
    }
    output.write(out, sets);
    Path file = harness;
    if (file != null) {
      HarnessJson.write(file, model, runs, byTask);
    }
    Path written = outputs;
    if (written != null) {
      for (TaskRun run : runs) {
        writeOutputs(written.resolve(run.task().task() + ".jsonl"), run);
      }
    }
    return 0;
  }

  /** The tasks with their data; where all were asked for, those without data are named. */
  private List<TaskFiles> chosen(PrintWriter out) {
    boolean all = tasks.equals(List.of(ALL));
    List<TaskFiles> chosen = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    for (String task : all ? TaskDefinition.SHIPPED : tasks) {
      TaskDefinition definition = TaskDefinition.find(task);
      Optional<TaskFiles> files = TaskFiles.find(definition, data);
      if (files.isPresent()) {
        chosen.add(files.get());
      } else if (all) {
        absent.add(task);
      } else {
        throw new InputException(
            "%s needs the file %s, which is not below %s"
                .formatted(task, String.join(" or ", definition.data()), data));
      }
    }
    if (!absent.isEmpty()) {
      out.printf("without data below %s: %s%n%n", data, String.join(", ", absent));
    }
    return chosen;
  }

  private FigureSet score(TaskRun run) {
    OutputTask scoredAs = run.scoredAs();
    ScorerOptions.Scored scored =
        scoredAs == null
            ? new ScorerOptions.Scored(run.rows(), Map.of(), List.of())
            : scorers.score(scoredAs, run.rows());
    List<Metric> metrics =
        scoredAs == null ? run.choiceMetrics() : Metrics.of(scoredAs, scored.rows());
    List<String> notes = new ArrayList<>(List.of(run.note()));
    if (metrics.isEmpty()) {
      notes.add("no scorer was given for its outputs; train one with 'evaluate scorer'");
    }
    List<OutputRow> rows = scored.rows();
    String id = run.task().task();
    Map<String, String> definitions = new LinkedHashMap<>();
    metrics.forEach(metric -> definitions.put(metric.name(), metric.definition()));
    return new FigureSet(
        id + ": " + (name == null ? FolderName.of(model) : name),
        notes,
        definitions,
        scored.quality(),
        new OutputScores(id, rows, Bootstrap.seeded(seed)).figures(metrics),
        List.of(),
        List.of(),
        List.of());
  }

  private static void writeOutputs(Path file, TaskRun run) {
    List<ObjectNode> rows = new ArrayList<>();
    for (OutputRow row : run.rows()) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("model", row.model());
      node.put("prompt_type", row.promptType());
      node.put("prompt", row.prompt());
      node.put("output", row.output());
      row.references().forEach(node.withArray("references")::add);
      rows.add(node);
    }
    Jsonl.write(file, rows);
  }
}
