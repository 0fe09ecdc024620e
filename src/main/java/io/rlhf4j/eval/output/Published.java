package io.rlhf4j.eval.output;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the paper's table 14, to stand beside our own. F1 is given there in percent and
 * here as a share.
 */
public final class Published {
  private static final Map<List<String>, Double> TABLE = table();

  /** The sizes of the paper's models. */
  static final List<String> SIZES = List.of("xl", "6b", "175b");

  private Published() {}

  /** The published number, or null. */
  public static @Nullable Double find(
      String task, String metric, String promptType, String model, String size) {
    return TABLE.get(List.of(task, metric, promptType, model, size));
  }

  /** The mean over the paper's three sizes, or null. */
  static @Nullable Double overSizes(String task, String metric, String promptType, String model) {
    double sum = 0;
    for (String size : SIZES) {
      Double one = find(task, metric, promptType, model, size);
      if (one == null) {
        return null;
      }
      sum += one / SIZES.size();
    }
    return sum;
  }

  private static Map<List<String>, Double> table() {
    Map<List<String>, Double> table = new HashMap<>();
    try (InputStream in = Published.class.getResourceAsStream("table14.csv");
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
      reader
          .lines()
          .skip(1)
          .map(line -> line.split(",", -1))
          .forEach(c -> table.put(List.of(c[0], c[1], c[2], c[3], c[4]), Double.parseDouble(c[5])));
    } catch (IOException e) {
      throw new UncheckedIOException("table14.csv could not be read from the program", e);
    }
    return table;
  }
}
