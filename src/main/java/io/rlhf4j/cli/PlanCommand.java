package io.rlhf4j.cli;

import io.rlhf4j.stage.DpoStage;
import io.rlhf4j.stage.MemoryPlan;
import io.rlhf4j.stage.PpoStage;
import io.rlhf4j.stage.PretrainStage;
import io.rlhf4j.stage.RewardStage;
import io.rlhf4j.stage.SftStage;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rlhf4j plan}: what a stage would take of this machine's memory, before it starts. */
@Command(
    name = "plan",
    subcommands = {
      PlanCommand.Pretrain.class,
      PlanCommand.Sft.class,
      PlanCommand.Reward.class,
      PlanCommand.Ppo.class,
      PlanCommand.Dpo.class
    },
    description = {
      "Says how much memory a training stage needs, part by part, without loading a model. It"
          + " takes the settings of the stage's own command."
    })
final class PlanCommand implements Callable<Integer> {
  private static final double MIB = 1 << 20;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "the stage is missing; give pretrain, sft, reward, ppo or dpo");
  }

  /** Pretraining. */
  @Command(name = "pretrain", description = "Memory of 'rlhf4j pretrain'.")
  static final class Pretrain extends Stage<PretrainStage.Job> {
    Pretrain() {
      super(PretrainCommand.settings(), MemoryPlan::of);
    }
  }

  /** Supervised fine-tuning. */
  @Command(name = "sft", description = "Memory of 'rlhf4j sft'.")
  static final class Sft extends Stage<SftStage.Job> {
    Sft() {
      super(SftCommand.settings(), MemoryPlan::of);
    }
  }

  /** The reward model. */
  @Command(name = "reward", description = "Memory of 'rlhf4j reward'.")
  static final class Reward extends Stage<RewardStage.Job> {
    Reward() {
      super(RewardCommand.settings(), MemoryPlan::of);
    }
  }

  /** PPO and PPO-ptx. */
  @Command(name = "ppo", description = "Memory of 'rlhf4j ppo'.")
  static final class Ppo extends Stage<PpoStage.Job> {
    Ppo() {
      super(PpoCommand.settings(), MemoryPlan::of);
    }
  }

  /** Direct preference optimization. */
  @Command(name = "dpo", description = "Memory of 'rlhf4j dpo'.")
  static final class Dpo extends Stage<DpoStage.Job> {
    Dpo() {
      super(DpoCommand.settings(), MemoryPlan::of);
    }
  }

  /** One stage's plan beside what the machine has. */
  abstract static class Stage<J extends Record> implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin private final StageArguments arguments = new StageArguments();
    private final ConfigReader<J> settings;
    private final Function<J, MemoryPlan> planner;

    Stage(ConfigReader<J> settings, Function<J, MemoryPlan> planner) {
      this.settings = settings;
      this.planner = planner;
    }

    @Override
    public Integer call() {
      MemoryPlan plan = planner.apply(arguments.read(settings));
      PrintWriter out = spec.commandLine().getOut();
      for (MemoryPlan.Item item : plan.items()) {
        out.println(line(item.what(), item.bytes(), item.why()));
      }
      out.println(line("in all", plan.total(), "resident memory at its highest"));
      long there = Machine.totalMemory();
      if (there > 0) {
        out.println(
            line(
                "this machine",
                there,
                plan.total() > there
                    ? "too little: lower training.micro_batch_size or training.batch_size, or take"
                        + " smaller models"
                    : "enough"));
      }
      return 0;
    }

    private static String line(String what, long bytes, String why) {
      return String.format(Locale.ROOT, "%-24s %,10.1f MiB  %s", what, bytes / MIB, why);
    }
  }
}
