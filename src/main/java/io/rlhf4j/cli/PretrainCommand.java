package io.rlhf4j.cli;

import io.rlhf4j.stage.PretrainStage;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rlhf4j pretrain}: see {@link PretrainStage}. */
@Command(name = "pretrain", description = "Pretrains a small language model from scratch on text.")
final class PretrainCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final StageArguments arguments = new StageArguments();

  @Override
  public Integer call() {
    PretrainStage.Job job = arguments.read(settings());
    PretrainStage.run(job, arguments.text(), arguments.whenThere.choice());
    spec.commandLine().getOut().println(job.output().resolve("model"));
    return 0;
  }

  /** The settings of the stage, which {@code plan} reads as well. */
  static ConfigReader<PretrainStage.Job> settings() {
    return ConfigReader.of(PretrainStage.defaults());
  }
}
