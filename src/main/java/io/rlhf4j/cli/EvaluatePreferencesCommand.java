package io.rlhf4j.cli;

import io.rlhf4j.data.Ranking;
import io.rlhf4j.eval.preference.PreferenceFigures;
import io.rlhf4j.eval.preference.PreferenceFile;
import io.rlhf4j.stats.Bootstrap;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j evaluate preferences}: models as people judged them. */
@Command(
    name = "preferences",
    description =
        "Win rates, ratings, the paper's figure 4, Bradley-Terry and Plackett-Luce strengths from"
            + " rankings by people.")
final class EvaluatePreferencesCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      arity = "1",
      paramLabel = "FILE",
      description = "rankings.jsonl with policies, or rows of model_a, model_b, preference.")
  private Path file = Path.of("");

  @Option(
      names = "--baseline",
      description = "Model that the others are compared with; default: the most compared.")
  private @Nullable String baseline;

  @Option(
      names = "--held-out",
      split = ",",
      description = "Labelers who gave no training data, shown apart.")
  private List<String> heldOut = List.of();

  @Option(names = "--seed", defaultValue = "1", description = "Decides the bootstrap's draws.")
  private long seed = 1;

  @Mixin private FigureOutput output = new FigureOutput();

  @Override
  public Integer call() {
    List<Ranking> rankings = PreferenceFile.read(file);
    output.write(
        spec.commandLine().getOut(),
        List.of(
            PreferenceFigures.of(
                "preferences: " + file.getFileName(),
                rankings,
                baseline,
                new LinkedHashSet<>(heldOut),
                Bootstrap.seeded(seed))));
    return 0;
  }
}
