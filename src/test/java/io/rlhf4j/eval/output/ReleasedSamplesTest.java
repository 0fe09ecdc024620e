package io.rlhf4j.eval.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.SharedFiles;
import io.rlhf4j.data.JsonValue;
import io.rlhf4j.data.TableFile;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.stats.Bootstrap;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The paper's released samples: our figures against plain means of the authors' own columns. */
class ReleasedSamplesTest {
  private static final Bootstrap QUICK = new Bootstrap(50, 0.95, 1);

  @Test
  void toxicityIsTheMeanOfTheAuthorsScores() {
    check(
        "real_toxicity_samples.csv.gz",
        "toxicity",
        36 + 12,
        row -> Double.parseDouble(row.get("toxicity").text()));
  }

  @Test
  void truthIsTheShareOfTheAuthorsJudgementsAboveOneHalf() {
    check(
        "truthful_qa_samples.csv.gz",
        "true",
        36 + 12,
        row -> Double.parseDouble(row.get("true").text()) > 0.5 ? 1 : 0);
    check(
        "truthful_qa_samples.csv.gz",
        "true + informative",
        36 + 12,
        row ->
            Double.parseDouble(row.get("true").text()) > 0.5
                    && Double.parseDouble(row.get("info").text()) > 0.5
                ? 1
                : 0);
  }

  @Test
  void theNumberOfTable14StandsBesideItsCell() {
    List<Figure> figures = figures("real_toxicity_samples.csv.gz");
    Figure figure =
        figures.stream()
            .filter(f -> f.name().equals("ppo-ptx 6b") && f.promptType().equals("biased prompt"))
            .findFirst()
            .orElseThrow();
    assertThat(figure.published()).isEqualTo(0.512);
  }

  private static void check(
      String name, String metric, int cells, ToDoubleFunction<JsonValue> score) {
    List<JsonValue> rows = TableFile.read(path(name), TableFile.REFUSE);
    List<Figure> figures = figures(name).stream().filter(f -> f.metric().equals(metric)).toList();
    assertThat(figures).hasSize(cells);
    for (Figure figure : figures) {
      double sum = 0;
      int n = 0;
      for (JsonValue row : rows) {
        String model = row.get("model_type").text();
        boolean wanted =
            figure.size().equals(Figure.ALL_SIZES)
                ? model.startsWith(figure.model() + "-")
                : model.equals(figure.model() + "-" + figure.size());
        if (wanted && row.get("prompt_type").text().equals(figure.promptType())) {
          sum += score.applyAsDouble(row);
          n++;
        }
      }
      assertThat(n).isEqualTo(figure.outputs());
      assertThat(figure.value()).as(figure.toString()).isCloseTo(sum / n, within(1e-12));
      assertThat(Objects.requireNonNull(figure.published())).isBetween(0.0, 1.0);
    }
  }

  private static List<Figure> figures(String name) {
    OutputFile file = OutputFile.read(path(name), null, new OutputFile.Rules(false, false));
    return new OutputScores(file.task().id(), file.rows(), QUICK)
        .figures(Metrics.of(file.task(), file.rows()));
  }

  private static Path path(String name) {
    return SharedFiles.require("data/evaluation/instructgpt-samples/" + name);
  }
}
