package io.rlhf4j.cli;

import io.rlhf4j.label.store.Database;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rlhf4j label}: the web app in which people write, rate and rank. */
@Command(
    name = "label",
    description = "Opens the web app in which people write, rate and rank.",
    subcommands = {
      LabelDemoCommand.class,
      LabelImportCommand.class,
      LabelFillCommand.class,
      LabelSimulateCommand.class,
      LabelAgreementCommand.class,
      LabelResultsCommand.class,
      LabelExportCommand.class
    })
final class LabelCommand implements Callable<Integer> {
  @Mixin private LabelServing serving = new LabelServing();

  @Mixin private LabelDatabase where = new LabelDatabase();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    serving.check();
    try (Database database = where.open()) {
      serving.serve(database, spec.commandLine().getOut(), spec.commandLine().getErr());
    }
    return 0;
  }
}
