package io.rlhf4j.cli;

import io.rlhf4j.bottle.BottleConfig;
import io.rlhf4j.stage.RewardFolds;
import io.rlhf4j.stage.RewardStage;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rlhf4j evaluate folds}: see {@link RewardFolds}. */
@Command(
    name = "folds",
    description =
        "Cross-validates reward models over groups of labelers (the paper's appendix E.2); takes"
            + " the settings of 'reward'.")
final class EvaluateFoldsCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--folds", defaultValue = "5", description = "Groups of labelers.")
  private int folds = 5;

  @Mixin private final StageArguments arguments = new StageArguments();

  @Mixin private FigureOutput output = new FigureOutput();

  @Override
  public Integer call() {
    RewardStage.Job job =
        arguments.read(
            ConfigReader.of(RewardStage.defaults())
                .preset("instructgpt", RewardStage.defaults())
                .preset("mini", RewardStage.with(BottleConfig.mini().reward())));
    output.write(
        spec.commandLine().getOut(), List.of(RewardFolds.run(job, folds, arguments.text())));
    return 0;
  }
}
