package io.rlhf4j.cli;

import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.eval.page.FigurePage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j evaluate report}: several evaluations on one page. */
@Command(
    name = "report",
    description = "Draws the figures of several evaluations on one self-contained page.")
final class EvaluateReportCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "PATH",
      description = "figures.json files, or the folders that hold them.")
  private List<Path> paths = List.of();

  @Option(names = "--page", defaultValue = "report.html", description = "The page to write.")
  private Path page = Path.of("report.html");

  @Override
  public Integer call() {
    List<FigureSet> sets = new ArrayList<>();
    for (Path path : paths) {
      sets.add(FigureSet.read(Files.isDirectory(path) ? path.resolve("figures.json") : path));
    }
    FigurePage.write(page, sets);
    spec.commandLine().getOut().println("written: " + page);
    return 0;
  }
}
