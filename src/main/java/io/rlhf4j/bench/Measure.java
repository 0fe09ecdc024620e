package io.rlhf4j.bench;

import java.util.Locale;
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
 * @param shareOfPeak of the machine's matrix-multiply rate in the same minutes, 0..1, or null
 */
public record Measure(
    String work,
    String detail,
    double seconds,
    @Nullable Double tokensPerSecond,
    @Nullable Double flopPerSecond,
    @Nullable Double shareOfPeak) {

  /** As a person reads it. */
  public String line() {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-19s", work));
    line.append(String.format(Locale.ROOT, "%.4g ms", 1e3 * seconds));
    if (tokensPerSecond != null) {
      line.append(String.format(Locale.ROOT, ", %.0f tokens/s", tokensPerSecond));
    }
    if (flopPerSecond != null) {
      line.append(String.format(Locale.ROOT, ", %.0f GFLOP/s", flopPerSecond / 1e9));
    }
    if (shareOfPeak != null) {
      line.append(String.format(Locale.ROOT, ", %.0f%% of the multiply rate", 100 * shareOfPeak));
    }
    return line.append("  (").append(detail).append(')').toString();
  }
}
