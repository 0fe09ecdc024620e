package io.rlhf4j.cli;

import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.NearestName;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What the user sees when something fails: one sentence for a mistake in the input (exit 2); for
 * anything else the stack trace goes to a file (exit 1), since it is for us.
 */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  static final int OURS = 1;
  static final int INPUT = 2;

  private final Path crashes;
  private final BooleanSupplier stacktrace;

  Failures(Path crashes, BooleanSupplier stacktrace) {
    this.crashes = crashes;
    this.stacktrace = stacktrace;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    PrintWriter err = line.getErr();
    String name = line.getCommandSpec().qualifiedName();
    err.println("error: " + sentence(e) + "; see " + name + " --help");
    showTrace(e, err);
    return INPUT;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
    PrintWriter err = line.getErr();
    if (e instanceof InputException) {
      err.println("error: " + e.getMessage());
      showTrace(e, err);
      return INPUT;
    }
    err.println("error: " + line.getCommandName() + " failed unexpectedly: " + e);
    if (stacktrace.getAsBoolean()) {
      showTrace(e, err);
    } else {
      err.println(writeTrace(e));
    }
    return OURS;
  }

  private void showTrace(Exception e, PrintWriter err) {
    if (stacktrace.getAsBoolean()) {
      e.printStackTrace(err);
    }
  }

  private String writeTrace(Exception e) {
    Path file = crashes.resolve("crash-" + ProcessHandle.current().pid() + ".txt");
    StringWriter trace = new StringWriter();
    trace.write("rlhf4j " + Main.Version.current() + ", Java " + Runtime.version() + "\n");
    e.printStackTrace(new PrintWriter(trace, true));
    try {
      AtomicFile.write(file, trace.toString());
      return "The stack trace is in " + file + "; --stacktrace shows it here.";
    } catch (InputException notWritten) {
      return "The stack trace was not saved ("
          + notWritten.getMessage()
          + "); --stacktrace shows it here.";
    }
  }

  private static String sentence(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return firstLine(e.getMessage());
    }
    String word = unmatched.getUnmatched().get(0);
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    boolean option = word.startsWith("-");
    if (option && word.indexOf('=') > 0) {
      word = word.substring(0, word.indexOf('=')); // the name is at fault, not the value
    }
    Set<String> known =
        new TreeSet<>(option ? spec.optionsMap().keySet() : spec.subcommands().keySet());
    if (!option && known.isEmpty()) {
      return spec.name() + " takes no argument '" + word + "'";
    }
    String what = option ? "option" : "command";
    @Nullable String nearest = NearestName.of(word, known);
    List<String> parts = new ArrayList<>();
    parts.add("unknown " + what + " '" + word + "'");
    if (nearest != null) {
      parts.add("did you mean '" + nearest + "'?");
    } else {
      parts.add("known " + what + "s: " + String.join(", ", known));
    }
    return String.join("; ", parts);
  }

  private static String firstLine(@Nullable String message) {
    return message == null
        ? "the command line cannot be read"
        : message.lines().findFirst().orElse("");
  }
}
