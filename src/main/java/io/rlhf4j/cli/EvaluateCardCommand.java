package io.rlhf4j.cli;

import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.stage.ModelCard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j evaluate card}: a model card from run folders. */
@Command(
    name = "card",
    description = "Writes a model card, filled from the run folders that led to a model.")
final class EvaluateCardCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      arity = "1",
      paramLabel = "RUN",
      description = "Run folder; the runs before it are followed.")
  private Path run = Path.of("");

  @Option(
      names = "--rankings",
      arity = "1..*",
      description = "Rankings, for what is said of labelers.")
  private List<Path> rankings = List.of();

  @Option(
      names = "--evaluation",
      arity = "1..*",
      description = "figures.json files or their folders, for the results.")
  private List<Path> evaluations = List.of();

  @Option(names = "--title", description = "The model's name; default: the run's.")
  private @Nullable String title;

  @Option(names = "--card", description = "File to write; default: model-card.md in the run.")
  private @Nullable Path card;

  @Override
  public Integer call() {
    List<FigureSet> sets = new ArrayList<>();
    for (Path path : evaluations) {
      sets.add(FigureSet.read(Files.isDirectory(path) ? path.resolve("figures.json") : path));
    }
    String text = ModelCard.of(title == null ? FolderName.of(run) : title, run, rankings, sets);
    Path file = card == null ? run.resolve("model-card.md") : card;
    AtomicFile.write(file, text);
    spec.commandLine().getOut().println("written: " + file);
    return 0;
  }
}
