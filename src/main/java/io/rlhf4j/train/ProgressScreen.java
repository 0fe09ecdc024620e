package io.rlhf4j.train;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The bottom of a terminal, where the stages that run side by side have a line each that is
 * rewritten in place; what is finished moves up and stays.
 */
final class ProgressScreen {
  private static final String ERASE_LINE = "\r\u001b[K";

  /** The terminal of this process. */
  static final ProgressScreen STANDARD_ERROR = new ProgressScreen(System.err);

  private final PrintStream out;
  private final Map<Object, String> lines = new LinkedHashMap<>();
  private int drawn;

  ProgressScreen(PrintStream out) {
    this.out = out;
  }

  /** Sets the line of one stage. */
  synchronized void put(Object owner, String line) {
    lines.put(owner, line);
    redraw("");
  }

  /** Prints a remark above the lines. */
  synchronized void note(String text) {
    redraw(text + System.lineSeparator());
  }

  /** The stage is over: its line stays where it is, the others go on below it. */
  synchronized void finish(Object owner) {
    String last = lines.remove(owner);
    redraw(last == null ? "" : last + System.lineSeparator());
  }

  private void redraw(String above) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < drawn; i++) {
      text.append(ERASE_LINE).append("\u001b[A"); // one line up
    }
    if (drawn > 0 || !above.isEmpty() || !lines.isEmpty()) {
      text.append(ERASE_LINE);
    }
    text.append(above);
    int i = 0;
    for (String line : lines.values()) {
      text.append(i++ > 0 ? System.lineSeparator() : above.isEmpty() ? "" : ERASE_LINE)
          .append(line);
    }
    drawn = lines.size();
    out.print(text);
    out.flush();
  }
}
