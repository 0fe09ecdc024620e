package io.rlhf4j.cli;

import io.rlhf4j.bottle.BottleConfig;
import io.rlhf4j.stage.SftStage;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rlhf4j sft}: see {@link SftStage}. */
@Command(name = "sft", description = "Fine-tunes a model on demonstrations (step 1 of the paper).")
final class SftCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final StageArguments arguments = new StageArguments();

  @Override
  public Integer call() {
    SftStage.Job job = arguments.read(settings());
    SftStage.run(job, arguments.text(), arguments.whenThere.choice());
    spec.commandLine().getOut().println(job.output().resolve("model"));
    return 0;
  }

  /** The settings of the stage, which {@code plan} reads as well. */
  static ConfigReader<SftStage.Job> settings() {
    return ConfigReader.of(SftStage.defaults())
        .preset("instructgpt", SftStage.defaults())
        .preset("mini", SftStage.with(BottleConfig.mini().sft()));
  }
}
