package io.rlhf4j.eval.page;

import io.rlhf4j.eval.chart.Markup;
import java.util.List;

/**
 * One part of the page, with its heading and its place in the contents.
 *
 * @param id of the element, for links
 * @param title plain text
 * @param html the whole section
 */
record Part(String id, String title, String html) {
  /**
   * A part, or none when there is nothing to show in it.
   *
   * @param lead plain text below the heading; may be empty
   * @param body HTML
   */
  static List<Part> of(String id, String title, String lead, String body) {
    if (body.isEmpty()) {
      return List.of();
    }
    String html =
        "<section id=\"%s\">\n<h2>%s</h2>\n%s%s</section>\n"
            .formatted(id, Markup.escape(title), Html.paragraph("lead", lead), body);
    return List.of(new Part(id, title, html));
  }
}
