package io.rlhf4j.eval.page;

import io.rlhf4j.eval.Finding;
import io.rlhf4j.eval.Findings;
import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.chart.Markup;
import java.util.List;
import java.util.Locale;

/** What the paper found and whether it came out here, followed by remarks on what did not. */
final class FindingsSection {
  private FindingsSection() {}

  static List<Part> parts(Report report) {
    StringBuilder out = new StringBuilder("<ul class=\"findings\">\n");
    for (Finding finding : Findings.of(report)) {
      String verdict = finding.verdict().name().toLowerCase(Locale.ROOT).replace('_', '-');
      out.append("<li class=\"").append(verdict).append("\"><span class=\"verdict\">");
      out.append(finding.verdict().words()).append("</span><p>");
      out.append(Markup.escape(finding.claim())).append("</p><dl><dt>paper</dt><dd>");
      out.append(Markup.escape(finding.paper())).append("</dd><dt>here</dt><dd>");
      out.append(Markup.escape(finding.here())).append("</dd></dl></li>\n");
    }
    out.append("</ul>\n");
    if (!report.notes().isEmpty()) {
      out.append("<div class=\"notes\"><h3>Remarks</h3>\n<ul>\n");
      for (String note : report.notes()) {
        out.append("<li>").append(Markup.escape(note)).append("</li>\n");
      }
      out.append("</ul></div>\n");
    }
    return Part.of(
        "findings",
        "The paper and this run",
        "A claim came out only where the intervals stand apart; the paper's numbers are those of"
            + " its 175B models and human labelers, this run's those of a small closed world.",
        out.toString());
  }
}
