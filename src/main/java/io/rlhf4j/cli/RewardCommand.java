package io.rlhf4j.cli;

import io.rlhf4j.bottle.BottleConfig;
import io.rlhf4j.stage.RewardStage;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rlhf4j reward}: see {@link RewardStage}. */
@Command(
    name = "reward",
    description = "Trains a reward model on rankings or comparisons (step 2).")
final class RewardCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final StageArguments arguments = new StageArguments();

  @Override
  public Integer call() {
    RewardStage.Job job = arguments.read(settings());
    RewardStage.run(job, arguments.text(), arguments.whenThere.choice());
    spec.commandLine().getOut().println(job.output().resolve("model"));
    return 0;
  }

  /** The settings of the stage, which {@code plan} reads as well. */
  static ConfigReader<RewardStage.Job> settings() {
    return ConfigReader.of(RewardStage.defaults())
        .preset("instructgpt", RewardStage.defaults())
        .preset("mini", RewardStage.with(BottleConfig.mini().reward()));
  }
}
