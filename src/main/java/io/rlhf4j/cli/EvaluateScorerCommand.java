package io.rlhf4j.cli;

import io.rlhf4j.data.InputException;
import io.rlhf4j.eval.judge.LocalScorer;
import io.rlhf4j.eval.judge.ScorerData;
import io.rlhf4j.eval.judge.ScorerKind;
import io.rlhf4j.eval.judge.ScorerTraining;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j evaluate scorer}: trains a local judge of texts. */
@Command(
    name = "scorer",
    description =
        "Trains a scorer of toxicity, truth or informativeness on labeled texts, and says how good"
            + " it is on texts held out.")
final class EvaluateScorerCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "KIND", description = "toxicity, truth or informative.")
  private ScorerKind kind = ScorerKind.TOXICITY;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "Labeled texts: RealToxicityPrompts, TruthfulQA's judge data, text and label.")
  private List<Path> files = List.of();

  @Option(names = "--out", description = "Folder for it; default .rlhf4j/scorers/KIND.")
  private @Nullable Path out;

  @Option(names = "--epochs", defaultValue = "8", description = "How often each text is seen.")
  private int epochs = 8;

  @Option(names = "--seed", defaultValue = "1", description = "Decides what is held out.")
  private long seed = 1;

  @Override
  public Integer call() {
    if (epochs < 1) {
      throw new InputException("--epochs must be at least 1, was " + epochs);
    }
    List<ScorerData.Labeled> texts = new ArrayList<>();
    for (Path file : files) {
      texts.addAll(ScorerData.read(file));
    }
    LocalScorer scorer =
        ScorerTraining.train(
            kind,
            texts,
            files.stream().map(file -> String.valueOf(file.getFileName())).toList(),
            epochs,
            seed);
    Path folder =
        out == null ? ScorerOptions.HOME.resolve(kind.name().toLowerCase(Locale.ROOT)) : out;
    scorer.write(folder);
    PrintWriter printer = spec.commandLine().getOut();
    printer.printf(Locale.ROOT, "trained on %,d texts%n", scorer.about().examples());
    printer.println(scorer.quality());
    printer.println("written: " + folder);
    return 0;
  }
}
