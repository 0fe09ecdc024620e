package io.rlhf4j.bench;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One figure of a benchmark.
 *
 * @param work what was timed, such as "training step"
 * @param detail sizes in words
 * @param seconds median of the repetitions
 * @param tokensPerSecond tokens of the work over that; null where there are none
 * @param flopPerSecond floating-point operations of the work over that; null where they are not
 *     counted
 * @param bytesPerSecond bytes of the work over that; null where they are not counted
 * @param multiplyFlopPerSecond the machine's matrix-multiply rate beside the repetitions, or null
 * @param shareOfMultiply of that rate, the median over the repetitions, or null
 * @param phases seconds of each part of the work in order, each a median of its own; empty where it
 *     has none
 * @param peakResidentBytes largest resident set of the process while it ran, or null
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Measure(
    String work,
    String detail,
    double seconds,
    @Nullable Double tokensPerSecond,
    @Nullable Double flopPerSecond,
    @Nullable Double bytesPerSecond,
    @Nullable Double multiplyFlopPerSecond,
    @Nullable Double shareOfMultiply,
    Map<String, Double> phases,
    @Nullable Long peakResidentBytes) {
  private static final double MIB = 1 << 20;

  public Measure {
    phases = Collections.unmodifiableMap(new LinkedHashMap<>(phases));
  }

  /** Work of so many tokens. */
  static Measure ofTokens(String work, String detail, double seconds, long tokens) {
    return new Measure(
        work, detail, seconds, tokens / seconds, null, null, null, null, Map.of(), null);
  }

  /** Work that takes so many bytes in or out. */
  static Measure ofBytes(String work, String detail, double seconds, long bytes) {
    return new Measure(
        work, detail, seconds, null, null, bytes / seconds, null, null, Map.of(), null);
  }

  /** Work of which only the time is told. */
  static Measure ofTime(String work, String detail, double seconds) {
    return new Measure(work, detail, seconds, null, null, null, null, null, Map.of(), null);
  }

  /** The same beside the machine's multiply rate. */
  Measure beside(PacedTimes times, double flop) {
    return new Measure(
        work,
        detail,
        seconds,
        tokensPerSecond,
        flop / seconds,
        bytesPerSecond,
        times.rate(),
        times.share(flop),
        phases,
        peakResidentBytes);
  }

  Measure withPhases(Map<String, Double> parts) {
    return new Measure(
        work,
        detail,
        seconds,
        tokensPerSecond,
        flopPerSecond,
        bytesPerSecond,
        multiplyFlopPerSecond,
        shareOfMultiply,
        parts,
        peakResidentBytes);
  }

  Measure withPeak(@Nullable Long residentBytes) {
    return new Measure(
        work,
        detail,
        seconds,
        tokensPerSecond,
        flopPerSecond,
        bytesPerSecond,
        multiplyFlopPerSecond,
        shareOfMultiply,
        phases,
        residentBytes);
  }

  /** As a person reads it: one line, and one more where there are phases. */
  public String text() {
    StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-19s", work));
    text.append(milliseconds(seconds));
    append(text, ", %.0f tokens/s", tokensPerSecond, 1);
    append(text, ", %.0f GFLOP/s", flopPerSecond, 1e9);
    append(text, ", %.0f MB/s", bytesPerSecond, 1e6);
    append(text, ", %.0f%% of the multiply rate", shareOfMultiply, 0.01);
    append(text, " of %.0f", multiplyFlopPerSecond, 1e9);
    if (peakResidentBytes != null) {
      append(text, ", up to %.0f MiB", (double) peakResidentBytes, MIB);
    }
    text.append("  (").append(detail).append(')');
    if (!phases.isEmpty()) {
      double all = phases.values().stream().mapToDouble(Double::doubleValue).sum();
      text.append(
          phases.entrySet().stream()
              .map(
                  phase ->
                      String.format(
                          Locale.ROOT,
                          "%s %s (%.0f%%)",
                          phase.getKey(),
                          milliseconds(phase.getValue()),
                          100 * phase.getValue() / all))
              .collect(Collectors.joining(", ", System.lineSeparator() + " ".repeat(19), "")));
    }
    return text.toString();
  }

  private static void append(
      StringBuilder text, String format, @Nullable Double value, double unit) {
    if (value != null) {
      text.append(String.format(Locale.ROOT, format, value / unit));
    }
  }

  private static String milliseconds(double seconds) {
    return String.format(Locale.ROOT, "%.4g ms", 1e3 * seconds);
  }
}
