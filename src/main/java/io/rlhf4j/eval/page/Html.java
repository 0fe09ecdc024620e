package io.rlhf4j.eval.page;

import io.rlhf4j.eval.chart.DotShape;
import io.rlhf4j.eval.chart.Markup;
import io.rlhf4j.eval.chart.Tone;
import java.util.List;

/** The few blocks of which the page is made. Arguments called text are escaped here, once. */
final class Html {
  private Html() {}

  /** A paragraph; empty for an empty text. */
  static String paragraph(String css, String text) {
    return text.isEmpty() ? "" : "<p class=\"" + css + "\">" + Markup.escape(text) + "</p>\n";
  }

  /** A chart with its name above it. */
  static String figure(String captionText, String noteText, String chart) {
    String note = noteText.isEmpty() ? "" : " <small>" + Markup.escape(noteText) + "</small>";
    return "<figure><figcaption>%s%s</figcaption>\n%s</figure>\n"
        .formatted(Markup.escape(captionText), note, chart);
  }

  /** Figures side by side as far as the window is wide. */
  static String figures(List<String> figures) {
    return figures.isEmpty()
        ? ""
        : "<div class=\"figures\">\n" + String.join("", figures) + "</div>\n";
  }

  /** What opens on demand. */
  static String details(String summaryText, String body) {
    return "<details><summary>%s</summary>\n%s</details>\n"
        .formatted(Markup.escape(summaryText), body);
  }

  /** A list of colours and what they stand for. */
  static String legend(List<Key> keys) {
    StringBuilder out = new StringBuilder("<ul class=\"legend\">");
    for (Key key : keys) {
      out.append("<li>").append(dot(key.tone(), key.shape())).append(Markup.escape(key.text()));
      out.append("</li>");
    }
    return out.append("</ul>\n").toString();
  }

  record Key(Tone tone, DotShape shape, String text) {}

  /** A mark in a colour; it says nothing to a screen reader, the name beside it does. */
  static String dot(Tone tone, DotShape shape) {
    return "<i class=\"%s\" aria-hidden=\"true\"></i>"
        .formatted(("key " + shape.css()).strip() + " " + tone.css());
  }
}
