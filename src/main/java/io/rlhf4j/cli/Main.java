package io.rlhf4j.cli;

import io.rlhf4j.cli.Commands.Row;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line's entrance. Exit codes: 0 fine, 1 a failure of ours, 2 a mistake in the input.
 */
@Command(
    name = "rlhf4j",
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Trains language models on human feedback: the InstructGPT system in Java.",
    footer = {"", "rlhf4j COMMAND --help shows a command's options."})
public final class Main implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and exit.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  private boolean version;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where an error arose.")
  private boolean stacktrace;

  private Main() {}

  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(Commands.TABLE, Path.of(".rlhf4j", "crashes"), out, err, args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /**
   * Runs one command line.
   *
   * @param crashes folder that takes the stack trace of an unexpected failure
   * @return the exit code
   */
  static int run(List<Row> table, Path crashes, PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    Help.install(line, table);
    Failures failures = new Failures(crashes, () -> main.stacktrace);
    return line.setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .execute(args);
  }

  /** Without a command there is nothing to do but to say which ones exist. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command was given");
  }

  /** The version that the build wrote into the jar, or the working tree's. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"rlhf4j " + current()};
    }

    static String current() {
      String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "0.1.0-SNAPSHOT" : version;
    }
  }
}
