package io.rlhf4j.eval.page;

import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.ReportJson;
import io.rlhf4j.eval.chart.Markup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * report.html: a {@link Report} as one page that asks nothing of the network and runs no script.
 * Whatever people or models wrote is escaped. The page is well-formed XML too.
 */
public final class ReportHtml {
  private ReportHtml() {}

  /** Writes the page whole or not at all. */
  public static void write(Report report, Path file) {
    AtomicFile.write(file, toHtml(report));
  }

  /** The page as text. */
  public static String toHtml(Report report) {
    ReportJson.requireFinite(report);
    List<Part> parts = parts(report);
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
        style-src 'unsafe-inline'"/>
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        %s<main>
        %s</main>
        %s</body>
        </html>
        """
        .formatted(
            Markup.escape(report.run().title()),
            style(),
            OpeningSection.html(report, parts),
            String.join("", parts.stream().map(Part::html).toList()),
            RunSection.footer(report));
  }

  /** From the result to its causes, and last to how it was made. */
  private static List<Part> parts(Report report) {
    List<Part> parts = new ArrayList<>();
    parts.addAll(StaircaseSection.parts(report));
    parts.addAll(FindingsSection.parts(report));
    parts.addAll(SamplesSection.parts(report));
    parts.addAll(ConductSection.parts(report));
    parts.addAll(TaxSection.parts(report));
    parts.addAll(RewardSection.parts(report));
    parts.addAll(CurvesSection.parts(report));
    parts.addAll(DiversitySection.parts(report));
    parts.addAll(LabelersSection.parts(report));
    parts.addAll(RunSection.parts(report));
    return parts;
  }

  static String style() {
    try (InputStream in = ReportHtml.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is missing from the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("report.css could not be read from the program", e);
    }
  }
}
