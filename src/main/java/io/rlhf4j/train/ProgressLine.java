package io.rlhf4j.train;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far a stage has come: one line that is rewritten on a terminal; elsewhere (a log file, a
 * continuous-integration job) a plain line now and then, rarer the longer the stage takes.
 *
 * <pre>sft  120/1000  12%  eta 7:33  elapsed 1:02  loss 2.345  lr 1.0e-05  3,200 tok/s</pre>
 */
public final class ProgressLine implements AutoCloseable {
  private static final double SECONDS_BETWEEN_REWRITES = 0.1;
  private static final double SECONDS_BETWEEN_LINES = 30;
  // A stage of ten hours writes about a hundred plain lines.
  private static final double LINES_PER_ELAPSED = 20;
  private static final int DEFAULT_WIDTH = 79;

  private final PrintStream out;
  private final @Nullable ProgressScreen terminal;
  private final LongSupplier nanoTime;
  private final int width;
  private final String stage;
  private final long firstStep;
  private final long totalSteps;
  private final long started;
  private double lastShown = Double.NEGATIVE_INFINITY;
  private @Nullable String pending;
  private boolean closed;

  /**
   * @param terminal where lines are rewritten, or null for plain lines on {@code out}
   */
  ProgressLine(
      PrintStream out,
      @Nullable ProgressScreen terminal,
      LongSupplier nanoTime,
      String stage,
      long firstStep,
      long totalSteps) {
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.width = width();
    this.stage = stage;
    this.firstStep = firstStep;
    this.totalSteps = totalSteps;
    this.started = nanoTime.getAsLong();
  }

  /**
   * Progress on standard error, so that standard output stays for results.
   *
   * @param firstStep steps done before, by the run that is resumed; 0 for a new one
   * @param totalSteps steps in all, those included
   */
  public static ProgressLine open(String stage, long firstStep, long totalSteps) {
    return new ProgressLine(
        System.err,
        onTerminal() ? ProgressScreen.STANDARD_ERROR : null,
        System::nanoTime,
        stage,
        firstStep,
        totalSteps);
  }

  /**
   * Tells that a step is done.
   *
   * @param tokens tokens worked on since this progress was opened; 0 leaves the rate out
   * @param shown names of the row's numbers to show, those that are there
   */
  public void update(MetricsRow row, long tokens, String... shown) {
    double elapsed = elapsed();
    pending = line(row, tokens, elapsed, shown);
    double pause =
        terminal != null
            ? SECONDS_BETWEEN_REWRITES
            : Math.max(SECONDS_BETWEEN_LINES, elapsed / LINES_PER_ELAPSED);
    if (elapsed - lastShown >= pause) {
      lastShown = elapsed;
      show();
    }
  }

  /** Writes a remark on a line of its own without breaking the progress line. */
  public void note(String text) {
    if (terminal != null) {
      terminal.note(text);
    } else {
      out.println(text);
      out.flush();
    }
  }

  /** Shows the last state, and leaves the line standing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    show();
    if (terminal != null) {
      terminal.finish(this);
    }
  }

  private void show() {
    String line = pending;
    if (line == null) {
      return;
    }
    if (terminal != null) {
      terminal.put(this, line.length() < width ? line : line.substring(0, width - 1));
    } else {
      out.println(line);
      out.flush();
      pending = null;
    }
  }

  private String line(MetricsRow row, long tokens, double elapsed, String... shown) {
    StringBuilder line = new StringBuilder(stage);
    line.append("  ").append(row.step()).append('/').append(totalSteps);
    line.append("  ").append(totalSteps == 0 ? 100 : 100 * row.step() / totalSteps).append('%');
    long done = row.step() - firstStep;
    if (done > 0 && row.step() < totalSteps) {
      line.append("  eta ").append(clock(elapsed / done * (totalSteps - row.step())));
    }
    line.append("  elapsed ").append(clock(elapsed));
    for (String name : shown) {
      OptionalDouble value = row.get(name);
      if (value.isPresent()) {
        line.append("  ").append(name).append(' ').append(number(value.getAsDouble()));
      }
    }
    if (tokens > 0 && elapsed > 0) {
      line.append(String.format(Locale.ROOT, "  %,d tok/s", Math.round(tokens / elapsed)));
    }
    return line.toString();
  }

  private double elapsed() {
    return (nanoTime.getAsLong() - started) / 1e9;
  }

  /** Seconds as m:ss or h:mm:ss. */
  static String clock(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }

  /** Four significant digits, with an exponent only where zeros would hide them. */
  static String number(double value) {
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1e7) {
      return String.valueOf((long) value);
    }
    if (!Double.isFinite(value)) {
      return String.valueOf(value);
    }
    if (size < 1e-3 || size >= 1e7) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    int digitsBefore = size < 1 ? 0 : 1 + (int) Math.floor(Math.log10(size));
    return String.format(Locale.ROOT, "%." + Math.max(0, 4 - digitsBefore) + "f", value);
  }

  private static boolean onTerminal() {
    Console console = System.console();
    if (console == null || "dumb".equals(System.getenv("TERM")) || System.getenv("CI") != null) {
      return false;
    }
    try {
      // From Java 22 on there always is a console, and this method says whether it is a terminal.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  private static int width() {
    String columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[1-9]\\d{1,3}")
        ? Integer.parseInt(columns)
        : DEFAULT_WIDTH;
  }
}
