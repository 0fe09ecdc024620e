package io.rlhf4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rlhf4j doctor}: what this machine offers, and what to do about what it lacks. */
@Command(
    name = "doctor",
    description = "Checks Java, libtorch, CPU, memory and disk, and says what to mend.")
final class DoctorCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    List<Check> checks = new ArrayList<>(Machine.checks(Path.of(""), System.getenv()));
    checks.addAll(TensorLibrary.checks());
    return print(checks, spec.commandLine().getOut());
  }

  /** Prints the table, then a sentence per remedy; 1 when something must be mended. */
  static int print(List<Check> checks, PrintWriter out) {
    for (Check check : checks) {
      out.printf("%-4s  %-14s  %s%n", check.health().word, check.what(), check.found());
    }
    for (Check check : checks) {
      if (!check.remedy().isEmpty()) {
        out.printf("%n%s: %s%n", check.what(), check.remedy());
      }
    }
    boolean broken = checks.stream().anyMatch(check -> check.health() == Check.Health.BROKEN);
    out.printf("%n%s%n", broken ? "Not ready: see above." : "Ready.");
    return broken ? Failures.OURS : 0;
  }
}
