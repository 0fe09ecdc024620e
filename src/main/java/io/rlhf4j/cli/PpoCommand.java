package io.rlhf4j.cli;

import io.rlhf4j.bottle.BottleConfig;
import io.rlhf4j.stage.PpoStage;
import io.rlhf4j.train.PpoTrainer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rlhf4j ppo}: see {@link PpoStage}. */
@Command(
    name = "ppo",
    description = "Optimises a policy against a reward model: PPO and PPO-ptx (step 3).")
final class PpoCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final StageArguments arguments = new StageArguments();

  @Override
  public Integer call() {
    PpoStage.Job job = arguments.read(settings());
    PpoStage.run(job, arguments.text(), arguments.whenThere.choice(), PpoTrainer.Observer.NONE);
    spec.commandLine().getOut().println(job.output().resolve("model"));
    return 0;
  }

  /** The settings of the stage, which {@code plan} reads as well. */
  static ConfigReader<PpoStage.Job> settings() {
    return ConfigReader.of(PpoStage.defaults())
        .preset("instructgpt", PpoStage.defaults())
        .preset(
            "mini",
            PpoStage.with(
                BottleConfig.mini()
                    .ppo()
                    .withPtxCoefficient(BottleConfig.mini().ptxCoefficient())));
  }
}
