package io.rlhf4j.cli;

import io.rlhf4j.label.store.Database;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rlhf4j label demo}: the labeling app with something in it to look at. */
@Command(
    name = "demo",
    description = "Opens the labeling app filled with simulated prompts, outputs and labelers.")
final class LabelDemoCommand implements Callable<Integer> {
  @Mixin private LabelServing serving = new LabelServing();

  @Mixin private LabelDatabase where = new LabelDatabase();

  @Option(
      names = "--fill-only",
      description = "Fill the database, print who can sign in, and end without serving.")
  private boolean fillOnly;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    serving.check();
    PrintWriter out = spec.commandLine().getOut();
    try (Database database = where.open("label-demo.db")) {
      LabelDemo demo = new LabelDemo(database);
      demo.fill();
      List<String> logins = demo.logins();
      out.println("Sign in as " + String.join(", ", logins));
      out.println("  password (new at each start): " + demo.password());
      out.flush();
      if (!fillOnly) {
        serving.serve(database, out, spec.commandLine().getErr());
      }
    }
    return 0;
  }
}
