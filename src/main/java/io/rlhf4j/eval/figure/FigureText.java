package io.rlhf4j.eval.figure;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A set of figures as plain text, for the terminal: one table per metric, models down. */
public final class FigureText {
  private static final int PROMPT_WIDTH = 34;

  /** More prompt types go down the page, not across. */
  private static final int MOST_COLUMNS = 4;

  private FigureText() {}

  public static String of(FigureSet set) {
    StringBuilder out = new StringBuilder(set.title()).append('\n');
    set.notes().forEach(note -> out.append("  ").append(note).append('\n'));
    for (List<Figure> group : set.groups()) {
      figures(set, group, out);
    }
    List<Difference> clear = set.differences().stream().filter(Difference::clear).toList();
    if (!set.differences().isEmpty()) {
      out.append(
          String.format(
              "%nPaired differences whose interval excludes 0 (%d of %d)%n",
              clear.size(), set.differences().size()));
    }
    for (Difference d : clear) {
      out.append(
          String.format(
              Locale.ROOT,
              "  %-18s minus %-16s %s  %s%n",
              d.model(),
              d.baseline(),
              String.format(Locale.ROOT, "%+.3f [%+.3f, %+.3f]", d.value(), d.low(), d.high()),
              what(d)));
    }
    for (DataTable table : set.tables()) {
      table(table, out);
    }
    return out.toString();
  }

  private static void figures(FigureSet set, List<Figure> group, StringBuilder out) {
    Figure first = group.get(0);
    out.append(String.format("%n%s: %s", first.task(), first.metric()));
    out.append(first.judge().isEmpty() ? "" : " (judge: " + first.judge() + ")").append('\n');
    String definition = set.definitions().get(first.metric());
    out.append(definition == null ? "" : "  " + definition + "\n");
    String quality = set.judges().get(first.judge());
    out.append(quality == null ? "" : "  " + first.judge() + ": " + quality + "\n");
    Set<String> prompts = new LinkedHashSet<>();
    Set<String> models = new LinkedHashSet<>();
    for (Figure figure : group) {
      prompts.add(figure.promptType());
      models.add(figure.name());
    }
    if (prompts.size() > MOST_COLUMNS) {
      group.forEach(
          f -> out.append(String.format("  %-18s %-28s %s%n", f.name(), f.promptType(), cell(f))));
      return;
    }
    boolean published = group.stream().anyMatch(figure -> figure.published() != null);
    if (prompts.size() > 1 || !prompts.contains("") || published) {
      StringBuilder head = new StringBuilder(String.format("  %-18s", "model"));
      for (String prompt : prompts) {
        String label = prompt + (published ? (prompt.isEmpty() ? "" : " ") + "| published" : "");
        head.append(String.format(" %-" + PROMPT_WIDTH + "s", label));
      }
      out.append(head.toString().stripTrailing()).append('\n');
    }
    for (String model : models) {
      StringBuilder row = new StringBuilder(String.format("  %-18s", model));
      for (String prompt : prompts) {
        row.append(String.format(" %-" + PROMPT_WIDTH + "s", cell(find(group, model, prompt))));
      }
      out.append(row.toString().stripTrailing()).append('\n');
    }
  }

  private static @Nullable Figure find(List<Figure> group, String model, String prompt) {
    for (Figure figure : group) {
      if (figure.name().equals(model) && figure.promptType().equals(prompt)) {
        return figure;
      }
    }
    return null;
  }

  private static String cell(@Nullable Figure figure) {
    if (figure == null) {
      return "-";
    }
    String cell =
        number(figure.value()) + " [" + number(figure.low()) + ", " + number(figure.high()) + "]";
    Double published = figure.published();
    return published == null
        ? cell
        : cell
            + " | "
            + number(published)
            + String.format(Locale.ROOT, " %+.3f", figure.value() - published);
  }

  private static void table(DataTable table, StringBuilder out) {
    out.append('\n').append(table.title()).append('\n');
    out.append(table.note().isEmpty() ? "" : "  " + table.note() + "\n");
    List<List<String>> rows = new ArrayList<>(List.of(table.head()));
    rows.addAll(table.rows());
    int[] widths = new int[table.head().size()];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], Math.min(60, oneLine(row.get(c)).length()));
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(" ");
      for (int c = 0; c < widths.length; c++) {
        line.append(String.format(" %-" + Math.max(1, widths[c]) + "s", oneLine(row.get(c))));
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
  }

  private static String what(Difference d) {
    return d.task()
        + ", "
        + d.metric()
        + (d.promptType().isEmpty() ? "" : ", " + d.promptType())
        + (d.judge().isEmpty() ? "" : " (" + d.judge() + ")");
  }

  private static String oneLine(String text) {
    return text.replace('\n', ' ');
  }

  /** Three decimals, or two for numbers on a scale to 100. */
  static String number(double value) {
    double shown = Math.abs(value) < 0.0005 ? 0 : value; // no "-0.000"
    return String.format(Locale.ROOT, Math.abs(shown) >= 10 ? "%.2f" : "%.3f", shown);
  }
}
