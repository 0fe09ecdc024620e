package io.rlhf4j.cli;

import io.rlhf4j.bottle.BottleConfig;
import io.rlhf4j.bottle.SeedStudy;
import io.rlhf4j.data.InputException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rlhf4j demo}: the whole paper in miniature, from nothing to a report. */
@Command(
    name = "demo",
    description = {
      "The whole paper in some minutes: pretrains models in a miniature world, fine-tunes them on"
          + " simulated labelers' demonstrations and rankings (SFT, reward model, PPO, PPO-ptx,"
          + " DPO), evaluates them against the exact truth and writes a report."
    })
final class DemoCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--preset",
      defaultValue = "mini",
      description =
          "mini (some minutes), hour (about an hour, better models) or smoke (under a minute,"
              + " results mean nothing).")
  private String preset = "mini";

  @Option(names = "--output", defaultValue = "runs/demo", description = "Folder of the run.")
  private Path output = Path.of("runs/demo");

  @Option(names = "--seed", defaultValue = "1", description = "One seed decides everything.")
  private long seed = 1;

  @Option(
      names = "--seeds",
      defaultValue = "1",
      description = "Runs this many seeds, from --seed on, and summarises them.")
  private int seeds = 1;

  @Mixin private final WhenThere whenThere = new WhenThere();

  @Override
  public Integer call() {
    BottleConfig config =
        switch (preset) {
          case "mini" -> BottleConfig.mini();
          case "hour" -> BottleConfig.hour();
          case "smoke" -> BottleConfig.smoke();
          default ->
              throw new InputException(
                  "--preset must be mini, hour or smoke, was '" + preset + "'");
        };
    if (seeds < 1) {
      throw new InputException("--seeds must be at least 1, was " + seeds);
    }
    PrintWriter out = spec.commandLine().getOut();
    for (String line :
        SeedStudy.run(config.withSeed(seed), seeds, output, whenThere.choice(), preset)) {
      out.println(line);
    }
    for (String name : List.of("report.html", "report.json")) {
      Path file = output.resolve(name);
      if (Files.exists(file)) {
        out.println(file);
      }
    }
    return 0;
  }
}
