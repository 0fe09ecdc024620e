package io.rlhf4j.cli;

import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.eval.policy.PolicyFigures;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.stage.ScalarFolder;
import io.rlhf4j.stats.Bootstrap;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import java.nio.file.Path;
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

/** {@code rlhf4j evaluate policies}: base, SFT and RL models beside each other. */
@Command(
    name = "policies",
    description =
        "Diversity of models that answer the same prompts many times; with a reference and reward"
            + " models also reward over KL.")
final class EvaluatePoliciesCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Model folders.")
  private List<Path> models = List.of();

  @Option(names = "--prompts", required = true, description = "File of prompts.")
  private Path prompts = Path.of("");

  @Option(names = "--limit", defaultValue = "100", description = "Prompts at most.")
  private int limit = 100;

  @Option(names = "--n", defaultValue = "8", description = "Samples per prompt, at least 2.")
  private int samples = 8;

  @Option(names = "--max-new-tokens", defaultValue = "48", description = "Longest sample.")
  private int maxNewTokens = 48;

  @Option(names = "--reference", description = "Model folder to which KL is measured.")
  private @Nullable Path reference;

  @Option(names = "--reward", description = "Reward model that the policies were trained against.")
  private @Nullable Path reward;

  @Option(names = "--gold", description = "Second reward model, which they never met.")
  private @Nullable Path gold;

  @Option(names = "--format", defaultValue = "plain", description = "plain or chat.")
  private PromptStyle format = PromptStyle.PLAIN;

  @Option(names = "--seed", defaultValue = "1", description = "Decides samples and draws.")
  private long seed = 1;

  @Mixin private FigureOutput output = new FigureOutput();

  @Override
  public Integer call() {
    if (limit < 1 || samples < 2 || maxNewTokens < 1) {
      throw new InputException("--limit and --max-new-tokens must be at least 1, --n at least 2");
    }
    List<Prompt> read = DatasetReader.readPrompts(prompts);
    Map<String, Path> named = new LinkedHashMap<>();
    for (Path model : models) {
      named.put(
          named.containsKey(FolderName.of(model)) ? model.toString() : FolderName.of(model), model);
    }
    try (Scorer first = Scorer.open(reward, format);
        Scorer second = Scorer.open(gold, format)) {
      FigureSet set =
          PolicyFigures.of(
              named,
              read.subList(0, Math.min(limit, read.size())),
              new PolicyFigures.Settings(format, samples, maxNewTokens, seed),
              reference,
              first.judge(),
              second.judge(),
              Bootstrap.seeded(seed));
      output.write(spec.commandLine().getOut(), List.of(set));
    }
    return 0;
  }

  /** A reward model with its tokenizer, or nothing where none was named. */
  private record Scorer(PolicyFigures.@Nullable Judge judge, @Nullable Tokenizer tokenizer)
      implements AutoCloseable {
    static Scorer open(@Nullable Path folder, PromptStyle style) {
      if (folder == null) {
        return new Scorer(null, null);
      }
      Tokenizer tokenizer = Tokenizer.load(folder);
      RewardModel model = ScalarFolder.read(folder, tokenizer, Precision.FLOAT32, false);
      return new Scorer(
          new PolicyFigures.Judge(model, PromptFormat.of(style, tokenizer)), tokenizer);
    }

    @Override
    public void close() {
      if (judge != null) {
        judge.model().transformer().close();
      }
      if (tokenizer != null) {
        tokenizer.close();
      }
    }
  }
}
