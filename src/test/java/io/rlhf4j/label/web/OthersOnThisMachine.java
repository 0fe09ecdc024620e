package io.rlhf4j.label.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How much of the processors other programs use, by Linux's own counting; 0 elsewhere. */
final class OthersOnThisMachine {
  private static final Path COUNTERS = Path.of("/proc/stat");
  private static final double TICK_NANOSECONDS = 1e7; // 100 per second on every usual Linux

  private final long[] begun = read();
  private final long own = own();

  /** Share of all processors' time that others had since this was made. */
  double share() {
    long[] now = read();
    double all = now[0] - begun[0];
    double busy = now[1] - begun[1];
    double ours = (own() - own) / TICK_NANOSECONDS;
    return all <= 0 ? 0 : Math.max(0, busy - ours) / all;
  }

  private static long own() {
    var system = java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    return system instanceof com.sun.management.OperatingSystemMXBean here
        ? here.getProcessCpuTime()
        : 0;
  }

  /** All ticks, and those that were not idle. */
  private static long[] read() {
    try {
      List<String> lines = Files.readAllLines(COUNTERS);
      String[] fields = lines.get(0).trim().split("\\s+");
      long all = 0;
      for (int i = 1; i < Math.min(fields.length, 9); i++) {
        all += Long.parseLong(fields[i]);
      }
      return new long[] {all, all - Long.parseLong(fields[4]) - Long.parseLong(fields[5])};
    } catch (IOException e) {
      return new long[] {0, 0};
    }
  }
}
