package io.rlhf4j.cli;

import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.eval.HeldOutLoss;
import io.rlhf4j.eval.Rate;
import io.rlhf4j.eval.RewardCheck;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.stage.ScalarFolder;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rlhf4j evaluate}: a model folder against held-out data; its subcommands do the rest. */
@Command(
    name = "evaluate",
    subcommands = {
      EvaluateOutputsCommand.class,
      EvaluateModelCommand.class,
      EvaluateScorerCommand.class,
      EvaluatePreferencesCommand.class,
      EvaluateRewardCommand.class,
      EvaluateFoldsCommand.class,
      EvaluatePoliciesCommand.class,
      EvaluateContaminationCommand.class,
      EvaluateCardCommand.class,
      EvaluateReportCommand.class
    },
    description = {
      "Measures a model on held-out data: a reward model's accuracy on comparisons or rankings"
          + " beside preferring the longer answer; a language model's loss on text."
    })
final class EvaluateCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  // Not required for picocli: it would ask for it before every subcommand too.
  @Option(names = "--model", description = "Model folder.")
  private @Nullable Path folder;

  private Path model = Path.of("");

  @Option(
      names = "--rankings",
      description = "Held-out comparisons or rankings, for a reward model.")
  private @Nullable Path rankings;

  @Option(names = "--text", description = "Held-out text, for a language model.")
  private @Nullable Path text;

  @Option(names = "--format", defaultValue = "plain", description = "plain or chat.")
  private PromptStyle format = PromptStyle.PLAIN;

  @Option(names = "--json", description = "Also write the numbers into this file.")
  private @Nullable Path json;

  @Override
  public Integer call() {
    Path given = folder;
    if (given == null) {
      throw new ParameterException(
          spec.commandLine(), "Missing required option '--model=<folder>', or a subcommand");
    }
    model = given;
    if (rankings == null && text == null) {
      throw new InputException("nothing to evaluate on; give --rankings FILE or --text FILE");
    }
    List<String> fields = new ArrayList<>();
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      PromptFormat prompts = PromptFormat.of(format, tokenizer);
      Path comparisons = rankings;
      if (comparisons != null) {
        reward(tokenizer, prompts, comparisons, fields);
      }
      Path texts = text;
      if (texts != null) {
        loss(tokenizer, texts, fields);
      }
    }
    Path file = json;
    if (file != null) {
      AtomicFile.write(file, "{" + String.join(",", fields) + "}\n");
    }
    return 0;
  }

  private void reward(Tokenizer tokenizer, PromptFormat prompts, Path file, List<String> fields) {
    PrintWriter out = spec.commandLine().getOut();
    RewardModel reward = ScalarFolder.read(model, tokenizer, Precision.FLOAT32, false);
    try (Transformer transformer = reward.transformer()) {
      int longest = transformer.config().maxPositions();
      List<Ranking> all = DatasetReader.readRankings(file);
      List<Ranking> fitting =
          all.stream()
              .filter(
                  r ->
                      r.completions().stream()
                          .allMatch(
                              c ->
                                  prompts.promptIds(r.prompt()).length
                                          + prompts.completionIds(c).length
                                      < longest))
              .toList();
      if (fitting.isEmpty()) {
        throw new InputException(file + ": no row fits the model's " + longest + " positions");
      }
      if (fitting.size() < all.size()) {
        out.printf(
            "%d of %d rows are longer than the model's %d positions and left out%n",
            all.size() - fitting.size(), all.size(), longest);
      }
      RewardCheck.Predictions predictions = RewardCheck.predict(reward, prompts, fitting);
      out.printf("comparisons        %d%n", predictions.probabilities().length);
      out.printf("accuracy           %s%n", show(predictions.accuracy()));
      out.printf("length baseline    %s%n", show(predictions.lengthBaseline()));
      fields.add("\"comparisons\":" + predictions.probabilities().length);
      fields.add("\"accuracy\":" + json(predictions.accuracy()));
      fields.add("\"length_baseline\":" + json(predictions.lengthBaseline()));
    }
  }

  private void loss(Tokenizer tokenizer, Path file, List<String> fields) {
    PrintWriter out = spec.commandLine().getOut();
    try (Transformer transformer = ModelFolder.readLanguage(model, Precision.FLOAT32, false)) {
      HeldOutLoss loss = HeldOutLoss.of(transformer, tokenizer, DatasetReader.readTexts(file), 256);
      out.printf(Locale.ROOT, "tokens             %d%n", loss.tokens());
      out.printf(Locale.ROOT, "loss               %.4f nats per token%n", loss.nats());
      out.printf(Locale.ROOT, "perplexity         %.2f%n", Math.exp(loss.nats()));
      fields.add("\"tokens\":" + loss.tokens());
      fields.add("\"loss\":" + loss.nats());
    }
  }

  private static String show(Rate rate) {
    return String.format(
        Locale.ROOT,
        "%.1f%% (95%%: %.1f to %.1f)",
        100 * rate.rate(),
        100 * rate.low(),
        100 * rate.high());
  }

  private static String json(Rate rate) {
    return "{\"rate\":" + rate.rate() + ",\"low\":" + rate.low() + ",\"high\":" + rate.high() + "}";
  }
}
