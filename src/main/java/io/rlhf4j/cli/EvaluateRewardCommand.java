package io.rlhf4j.cli;

import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.eval.preference.RewardFigures;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.stage.ScalarFolder;
import io.rlhf4j.stats.Bootstrap;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
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

/** {@code rlhf4j evaluate reward}: a reward model against held-out choices. */
@Command(
    name = "reward",
    description =
        "A reward model's accuracy on held-out rankings: by labeler, use case and length; its"
            + " calibration; the length-only and agreement baselines.")
final class EvaluateRewardCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "DIR", description = "Reward model folder.")
  private Path model = Path.of("");

  @Parameters(index = "1", paramLabel = "FILE", description = "Held-out rankings or comparisons.")
  private Path rankings = Path.of("");

  @Option(
      names = "--agreement",
      description = "Rankings of the same pairs by several labelers, to say how far they agree.")
  private @Nullable Path agreement;

  @Option(names = "--format", defaultValue = "plain", description = "plain or chat.")
  private PromptStyle format = PromptStyle.PLAIN;

  @Option(names = "--seed", defaultValue = "1", description = "Decides the bootstrap's draws.")
  private long seed = 1;

  @Mixin private FigureOutput output = new FigureOutput();

  @Override
  public Integer call() {
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      RewardModel reward = ScalarFolder.read(model, tokenizer, Precision.FLOAT32, false);
      try (Transformer transformer = reward.transformer()) {
        FigureSet set =
            RewardFigures.of(
                "reward model " + FolderName.of(model) + " on " + rankings.getFileName(),
                FolderName.of(model),
                reward,
                PromptFormat.of(format, tokenizer),
                DatasetReader.readRankings(rankings),
                DatasetReader.readRankings(agreement == null ? rankings : agreement),
                Bootstrap.seeded(seed));
        output.write(spec.commandLine().getOut(), List.of(set));
      }
    }
    return 0;
  }
}
