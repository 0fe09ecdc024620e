package io.rlhf4j.eval.page;

import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.eval.Curve;
import io.rlhf4j.eval.Wording;
import io.rlhf4j.eval.chart.DotShape;
import io.rlhf4j.eval.chart.LineChart;
import io.rlhf4j.eval.chart.Markup;
import io.rlhf4j.eval.figure.DataTable;
import io.rlhf4j.eval.figure.Difference;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.eval.figure.FigureSet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Evaluations as one page that asks nothing of the network: a chart per metric, and tables that
 * sort by a click on a column's head. Its only script is that sorting; the page reads without it.
 */
public final class FigurePage {
  // Without "less than" and "and" signs: the page stays well-formed XML.
  private static final String SORTING =
      """
      document.querySelectorAll('table').forEach(function (table) {
        var body = table.tBodies[0];
        Array.from(table.tHead.rows[0].cells).forEach(function (head, column) {
          head.tabIndex = 0;
          head.style.cursor = 'pointer';
          function key(row) {
            var text = row.cells[column].textContent.trim();
            var number = parseFloat(text);
            return isNaN(number) ? text : number;
          }
          function sort() {
            var up = head.getAttribute('aria-sort') !== 'ascending';
            Array.from(table.tHead.rows[0].cells).forEach(function (other) {
              other.removeAttribute('aria-sort');
            });
            head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
            Array.from(body.rows).sort(function (a, b) {
              var x = key(a), y = key(b);
              var order = typeof x === typeof y ? (x === y ? 0 : x > y ? 1 : -1)
                : typeof x === 'number' ? -1 : 1;
              return up ? order : -order;
            }).forEach(function (row) { body.appendChild(row); });
          }
          head.addEventListener('click', sort);
          head.addEventListener('keydown', function (event) {
            if (event.key === 'Enter') { sort(); }
          });
        });
      });
      """;

  private FigurePage() {}

  /** Writes the page whole or not at all. */
  public static void write(Path file, List<FigureSet> sets) {
    AtomicFile.write(file, toHtml(sets));
  }

  /** The page as text. */
  public static String toHtml(List<FigureSet> sets) {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < sets.size(); i++) {
      FigureSet set = sets.get(i);
      parts.addAll(Part.of("set-" + (i + 1), set.title(), "", body(set)));
    }
    StringBuilder contents = new StringBuilder();
    for (Part part : parts) {
      contents.append("<a href=\"#%s\">%s</a>\n".formatted(part.id(), Markup.escape(part.title())));
    }
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
        style-src 'unsafe-inline'; script-src 'sha256-%s'"/>
        <title>Evaluation</title>
        <style>
        %s</style>
        </head>
        <body>
        <header><p class="eyebrow">rlhf4j</p>
        <h1>Evaluation</h1>
        <p class="meta">Intervals are at 95%%. A click on a column's head sorts its table.</p>
        <nav>%s</nav></header>
        <main>
        %s</main>
        <script>%s</script>
        </body>
        </html>
        """
        .formatted(
            hash(SORTING),
            ReportHtml.style(),
            contents,
            String.join("", parts.stream().map(Part::html).toList()),
            SORTING);
  }

  private static String body(FigureSet set) {
    StringBuilder body = new StringBuilder();
    set.notes().forEach(note -> body.append(Html.paragraph("caption", note)));
    for (List<Figure> group : set.groups()) {
      Figure first = group.get(0);
      String heading =
          first.task()
              + ": "
              + first.metric()
              + (first.judge().isEmpty() ? "" : ", judged by " + first.judge());
      body.append("<h3>").append(Markup.escape(heading)).append("</h3>\n");
      body.append(Html.paragraph("caption", set.definitions().getOrDefault(first.metric(), "")));
      String quality = set.judges().get(first.judge());
      body.append(quality == null ? "" : Html.paragraph("caption", first.judge() + ": " + quality));
      body.append(Html.figures(MetricCharts.of(group, set.figures())));
      body.append(Html.details("The same in numbers", numbers(heading, group)));
    }
    body.append(Html.figures(curves(set.curves())));
    body.append(differences(set.differences()));
    set.tables().forEach(table -> body.append(table(table)));
    return body.toString();
  }

  private static String numbers(String caption, List<Figure> group) {
    Table table =
        new Table(
                caption,
                "Model",
                "Size",
                "Prompt",
                "Value",
                "Low",
                "High",
                "Published",
                "Prompts",
                "Outputs")
            .words(3);
    for (Figure f : group) {
      table.row(
          MetricCharts.tone(f.model()),
          List.of(
              f.model(),
              f.size(),
              f.promptType(),
              Wording.fixed(f.value(), 3),
              Wording.fixed(f.low(), 3),
              Wording.fixed(f.high(), 3),
              Wording.fixed(f.published(), 3),
              Integer.toString(f.prompts()),
              Integer.toString(f.outputs())));
    }
    return table.html();
  }

  private static String differences(List<Difference> differences) {
    if (differences.isEmpty()) {
      return "";
    }
    Table table =
        new Table(
                "Paired differences on the same prompts",
                "Model",
                "minus",
                "Metric",
                "Judge",
                "Prompt",
                "Difference",
                "Low",
                "High",
                "Clear")
            .words(5);
    for (Difference d : differences) {
      table.row(
          d.model(),
          d.baseline(),
          d.metric(),
          d.judge(),
          d.promptType(),
          Wording.fixed(d.value(), 3),
          Wording.fixed(d.low(), 3),
          Wording.fixed(d.high(), 3),
          d.clear() ? "yes" : "no");
    }
    return Html.details("Differences", table.html());
  }

  private static String table(DataTable data) {
    Table table = new Table(data.title(), data.head().toArray(String[]::new));
    data.rows().forEach(row -> table.row(null, row));
    return Html.paragraph("caption", data.note()) + table.html();
  }

  private static List<String> curves(List<Curve> curves) {
    Set<String> charts = new LinkedHashSet<>();
    curves.forEach(curve -> charts.add(curve.chart()));
    List<String> figures = new ArrayList<>();
    for (String chart : charts) {
      List<LineChart.Line> lines = new ArrayList<>();
      List<Html.Key> keys = new ArrayList<>();
      String xLabel = "";
      for (Curve curve : curves) {
        if (curve.chart().equals(chart)) {
          List<LineChart.Point> points = new ArrayList<>();
          for (int i = 0; i < curve.x().size(); i++) {
            points.add(new LineChart.Point(curve.x().get(i), curve.y().get(i)));
          }
          xLabel = curve.xLabel();
          LineChart.Line line =
              new LineChart.Line(
                  curve.series(), ModelTone.ofSeries(curve.series(), lines.size()), false, points);
          lines.add(line);
          keys.add(new Html.Key(line.tone(), DotShape.DISC, line.label()));
        }
      }
      LineChart drawing = new LineChart(chart, xLabel, lines, true, v -> Wording.fixed(v, 2));
      figures.add(Html.figure(chart, "", Html.legend(keys) + drawing.draw()));
    }
    return figures;
  }

  private static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
