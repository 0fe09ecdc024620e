package io.rlhf4j.cli;

import io.rlhf4j.stage.MemoryPlan;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rlhf4j plan}: what PPO would take of this machine's memory, before it starts. */
@Command(
    name = "plan",
    description = {
      "Says how much memory a PPO configuration needs, part by part, without loading a model. It"
          + " takes the settings of 'rlhf4j ppo'."
    })
final class PlanCommand implements Callable<Integer> {
  private static final double MIB = 1 << 20;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final StageArguments arguments = new StageArguments();

  @Override
  public Integer call() {
    MemoryPlan plan = MemoryPlan.of(arguments.read(PpoCommand.settings()));
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
