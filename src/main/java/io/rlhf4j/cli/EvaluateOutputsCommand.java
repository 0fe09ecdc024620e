package io.rlhf4j.cli;

import io.rlhf4j.data.InputException;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.eval.output.Metric;
import io.rlhf4j.eval.output.Metrics;
import io.rlhf4j.eval.output.OutputFile;
import io.rlhf4j.eval.output.OutputRow;
import io.rlhf4j.eval.output.OutputScores;
import io.rlhf4j.eval.output.OutputTask;
import io.rlhf4j.eval.output.PublishedCheck;
import io.rlhf4j.stats.Bootstrap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j evaluate outputs}: files of outputs that any models wrote. */
@Command(
    name = "outputs",
    description =
        "Scores outputs of any models, as the paper's released samples or in the same columns.")
final class EvaluateOutputsCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Prompts, outputs and references (.csv, .tsv, .jsonl, .json; also .gz).")
  private List<Path> files = List.of();

  @Option(
      names = "--task",
      description = "What the outputs answer to; otherwise found from the columns and prompts.")
  private @Nullable String task;

  @Option(
      names = "--baseline",
      description = "Model that the others are compared with; default: the first of the file.")
  private @Nullable String baseline;

  @Option(names = "--skip-bad", description = "Leave out rows that cannot be used, and count them.")
  private boolean skipBad;

  @Option(
      names = "--allow-empty",
      description = "Score an empty output as an answer that says nothing.")
  private boolean allowEmpty;

  @Mixin private ScorerOptions scorers = new ScorerOptions();

  @Option(names = "--seed", defaultValue = "1", description = "Decides the bootstrap's draws.")
  private long seed = 1;

  @Mixin private FigureOutput output = new FigureOutput();

  @Override
  public Integer call() {
    OutputTask named = task == null ? null : OutputTask.of(task);
    List<FigureSet> sets = new ArrayList<>();
    for (Path file : files) {
      sets.add(evaluate(file, named));
    }
    output.write(spec.commandLine().getOut(), sets);
    return 0;
  }

  private FigureSet evaluate(Path file, @Nullable OutputTask named) {
    OutputFile read = OutputFile.read(file, named, new OutputFile.Rules(skipBad, allowEmpty));
    ScorerOptions.Scored scored = scorers.score(read.task(), read.rows());
    List<OutputRow> rows = scored.rows();
    List<Metric> metrics = Metrics.of(read.task(), rows);
    if (metrics.isEmpty()) {
      throw new InputException(
          "%s: nothing says how %s is to be scored: the file has no scores, and no scorer was given;"
                  .formatted(file, read.task().id())
              + " train one with 'evaluate scorer' and give it with --toxicity, or --truth and"
              + " --informative");
    }
    OutputScores scores = new OutputScores(read.task().id(), rows, Bootstrap.seeded(seed));
    Map<String, String> definitions = new LinkedHashMap<>();
    metrics.forEach(metric -> definitions.put(metric.name(), metric.definition()));
    List<Figure> figures = scores.figures(metrics);
    List<String> notes = notes(read);
    notes.addAll(PublishedCheck.notes(figures));
    return new FigureSet(
        read.task().id() + ": " + file.getFileName(),
        notes,
        definitions,
        scored.quality(),
        figures,
        scores.differences(metrics, baseline),
        scored.agreement(),
        List.of());
  }

  private static List<String> notes(OutputFile read) {
    List<String> notes = new ArrayList<>();
    long prompts = read.rows().stream().map(OutputRow::prompt).distinct().count();
    notes.add(
        "%d outputs to %d prompts; intervals are at 95%%, by bootstrap over the prompts"
            .formatted(read.rows().size(), prompts));
    notes.add(
        "'published' is the paper's table 14 for the model of that name, over its whole data set;"
            + " 'all' sizes is set beside the mean of its three sizes");
    if (!read.skipped().isEmpty()) {
      notes.add("%d rows were skipped:".formatted(read.skipped().size()));
      notes.addAll(read.skipped().subList(0, Math.min(5, read.skipped().size())));
    }
    return notes;
  }
}
