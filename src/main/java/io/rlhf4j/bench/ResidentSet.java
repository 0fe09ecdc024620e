package io.rlhf4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The memory of this process that is in the machine's memory, as Linux counts it. */
final class ResidentSet {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path MARKS = Path.of("/proc/self/clear_refs");

  private ResidentSet() {}

  /**
   * Runs work.
   *
   * @return the largest resident set while it ran, in bytes; null where it cannot be known
   */
  static @Nullable Long peakOf(Runnable work) {
    boolean restarted = restart();
    work.run();
    return restarted ? peak() : null;
  }

  /** Lets the high-water mark start again from what is resident now. */
  private static boolean restart() {
    try {
      Files.writeString(MARKS, "5");
      return true;
    } catch (IOException e) {
      return false; // another system, or a sandbox
    }
  }

  private static @Nullable Long peak() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line -> Long.parseLong(line.replaceAll("\\D+", "")) << 10)
          .findFirst()
          .orElse(null);
    } catch (IOException e) {
      return null;
    }
  }
}
