package io.rlhf4j.cli;

import io.rlhf4j.eval.contamination.Contamination;
import io.rlhf4j.stats.Bootstrap;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j evaluate contamination}: evaluation items that stand in training files. */
@Command(
    name = "contamination",
    description =
        "Finds evaluation items that training files hold too, word for word or nearly, and scores"
            + " files of outputs with and without them.")
final class EvaluateContaminationCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Evaluation files.")
  private List<Path> evaluation = List.of();

  @Option(names = "--train", required = true, arity = "1..*", description = "Training files.")
  private List<Path> training = List.of();

  @Option(
      names = "--field",
      description = "Column of the evaluation files to compare; default: what is asked.")
  private @Nullable String field;

  @Option(names = "--words", defaultValue = "13", description = "Words in a row that overlap.")
  private int words = 13;

  @Option(
      names = "--share",
      defaultValue = "0.5",
      description = "Share of an item's sequences that must be found.")
  private double share = 0.5;

  @Option(
      names = "--similarity",
      defaultValue = "0.6",
      description = "Jaccard similarity of a near duplicate.")
  private double similarity = 0.6;

  @Option(names = "--seed", defaultValue = "1", description = "Decides the bootstrap's draws.")
  private long seed = 1;

  @Mixin private FigureOutput output = new FigureOutput();

  @Override
  public Integer call() {
    output.write(
        spec.commandLine().getOut(),
        List.of(
            Contamination.of(
                training,
                evaluation,
                field,
                new Contamination.Rules(words, share, similarity),
                Bootstrap.seeded(seed))));
    return 0;
  }
}
