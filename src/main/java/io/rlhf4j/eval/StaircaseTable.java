package io.rlhf4j.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The staircase as plain text for a terminal of 100 columns. The odds are wins against losses, ties
 * aside.
 */
public final class StaircaseTable {
  private static final List<String> HEAD =
      List.of(
          "model",
          "size",
          "params",
          "vs SFT (95%)",
          "odds",
          "likert",
          "obeys",
          "halluc.",
          "rude",
          "few-shot");

  /** Columns that hold words; the others hold numbers and lean right. */
  private static final int WORDS = 2;

  /** Half blocks of a full bar. */
  private static final int BAR = 10;

  private StaircaseTable() {}

  /** The table, each line ended by a newline; of an empty staircase, a sentence that says so. */
  public static String of(Report report) {
    if (report.staircase().isEmpty()) {
      return "The staircase was not measured.\n";
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    report.staircase().forEach(step -> rows.add(cells(step)));
    int[] widths =
        IntStream.range(0, HEAD.size())
            .map(c -> rows.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .toArray();
    StringBuilder out = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      String bar = r == 0 ? "" : bar(report.staircase().get(r - 1).goldWinRateVsSft());
      out.append((line(rows.get(r), widths) + "  " + bar).stripTrailing()).append('\n');
      if (r == 0) {
        out.append(IntStream.of(widths).mapToObj("─"::repeat).collect(Collectors.joining("  ")));
        out.append('\n');
      }
    }
    return out.toString();
  }

  private static List<String> cells(StaircaseStep step) {
    return List.of(
        step.model(),
        step.size(),
        Wording.count(step.parameters()),
        Wording.interval(step.goldWinRateVsSft()),
        Wording.odds(step.goldPairsVsSft()),
        step.likert() == null ? Wording.DASH : Wording.fixed(step.likert().mean(), 2),
        Wording.percent(step.instructionFollowed()),
        Wording.percent(step.hallucination()),
        Wording.percent(step.rudeness().basic()),
        Wording.percent(step.taxAccuracy().fewShot()));
  }

  private static String line(List<String> cells, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(
            c -> {
              String space = " ".repeat(widths[c] - cells.get(c).length());
              return c < WORDS ? cells.get(c) + space : space + cells.get(c);
            })
        .collect(Collectors.joining("  "));
  }

  private static String bar(@Nullable Rate rate) {
    if (rate == null) {
      return "";
    }
    int halves = (int) Math.round(rate.rate() * BAR);
    return "█".repeat(halves / 2) + "▌".repeat(halves % 2);
  }
}
