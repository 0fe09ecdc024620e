package io.rlhf4j.eval.page;

import io.rlhf4j.eval.chart.DotShape;
import io.rlhf4j.eval.chart.Markup;
import io.rlhf4j.eval.chart.Tone;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table that scrolls inside itself where the window is narrow; all texts are escaped. */
final class Table {
  private final String caption;
  private final List<String> head;
  private final List<String> rows = new ArrayList<>();
  private int words = 1;

  /**
   * @param caption what is in it
   * @param head the column names; the first column names the rows
   */
  Table(String caption, String... head) {
    this.caption = caption;
    this.head = List.of(head);
  }

  /** The first n columns hold words and lean left; the rest, numbers, lean right. */
  Table words(int n) {
    words = n;
    return this;
  }

  Table row(String... cells) {
    return row(null, List.of(cells));
  }

  /** A row with a coloured disc before its name. */
  Table row(@Nullable Tone tone, List<String> cells) {
    StringBuilder row = new StringBuilder("<tr>");
    for (int c = 0; c < cells.size(); c++) {
      String text = cell(cells.get(c));
      if (c == 0) {
        row.append("<th scope=\"row\">").append(tone == null ? "" : Html.dot(tone, DotShape.DISC));
        row.append(text).append("</th>");
      } else {
        row.append(c < words ? "<td class=\"words\">" : "<td>").append(text).append("</td>");
      }
    }
    rows.add(row.append("</tr>\n").toString());
    return this;
  }

  /** "73% (69–77%)" with its interval on a line of its own, for tables of many columns. */
  static String stacked(String interval) {
    return interval.replace(" (", "\n").replace(")", "");
  }

  /** What follows a line break is set small below. */
  private static String cell(String text) {
    String escaped = Markup.escape(text);
    int second = escaped.indexOf('\n');
    return second < 0
        ? escaped
        : escaped.substring(0, second) + " <small>" + escaped.substring(second + 1) + "</small>";
  }

  /** Nothing when there are no rows. */
  String html() {
    if (rows.isEmpty()) {
      return "";
    }
    StringBuilder out = new StringBuilder();
    out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    out.append(Markup.escape(caption)).append("\"><table><caption>");
    out.append(Markup.escape(caption)).append("</caption>\n<thead><tr>");
    for (int c = 0; c < head.size(); c++) {
      out.append(c < words ? "<th scope=\"col\" class=\"words\">" : "<th scope=\"col\">");
      out.append(Markup.escape(head.get(c))).append("</th>");
    }
    out.append("</tr></thead>\n<tbody>\n");
    rows.forEach(out::append);
    return out.append("</tbody></table></div>\n").toString();
  }
}
