package io.rlhf4j.cli;

import io.rlhf4j.bottle.BottleConfig;
import io.rlhf4j.stage.DpoStage;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rlhf4j dpo}: see {@link DpoStage}. */
@Command(name = "dpo", description = "Trains a policy on comparisons directly (DPO).")
final class DpoCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final StageArguments arguments = new StageArguments();

  @Override
  public Integer call() {
    DpoStage.Job job = arguments.read(settings());
    DpoStage.run(job, arguments.text(), arguments.whenThere.choice());
    spec.commandLine().getOut().println(job.output().resolve("model"));
    return 0;
  }

  /** The settings of the stage, which {@code plan} reads as well. */
  static ConfigReader<DpoStage.Job> settings() {
    return ConfigReader.of(DpoStage.defaults())
        .preset("trl", DpoStage.defaults())
        .preset("mini", DpoStage.with(BottleConfig.mini().dpo()));
  }
}
