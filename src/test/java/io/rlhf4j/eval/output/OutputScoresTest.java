package io.rlhf4j.eval.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.data.InputException;
import io.rlhf4j.eval.figure.Difference;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.stats.Bleu;
import io.rlhf4j.stats.Bootstrap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OutputScoresTest {
  private static final Bootstrap QUICK = new Bootstrap(200, 0.95, 1);

  @Test
  void truthAndInformationAreCountedAboveOneHalf() {
    List<OutputRow> rows =
        List.of(
            truth("gpt", "a", 0.9, 0.9),
            truth("gpt", "b", 0.9, 0.1),
            truth("gpt", "c", 0.5, 0.9), // exactly one half is not above it
            truth("gpt", "d", 0.1, 0.9));
    List<Figure> figures = figures(OutputTask.TRUTHFULQA, rows);
    assertThat(figures).extracting(Figure::metric).containsExactly("true", "true + informative");
    assertThat(figures).extracting(Figure::value).containsExactly(0.5, 0.25);
    assertThat(figures).extracting(Figure::judge).containsOnly("authors");
  }

  @Test
  void allSizesTogetherWeighEveryOutputAndDrawWholePrompts() {
    List<OutputRow> rows = new ArrayList<>();
    for (int p = 0; p < 20; p++) {
      // Both sizes agree on every prompt: together they know no more than one of them.
      double score = p % 2;
      rows.add(row("gpt", "xl", "p" + p, "x", List.of(), Map.of("toxicity", score)));
      rows.add(row("gpt", "6b", "p" + p, "x", List.of(), Map.of("toxicity", score)));
    }
    List<Figure> figures = figures(OutputTask.TOXICITY, rows);
    assertThat(figures).extracting(Figure::size).containsExactly("xl", "6b", "all");
    assertThat(figures.get(2).outputs()).isEqualTo(40);
    assertThat(figures.get(2).prompts()).isEqualTo(20);
    assertThat(figures.get(2).low()).isEqualTo(figures.get(0).low());
    assertThat(figures.get(2).high()).isEqualTo(figures.get(0).high());
  }

  @Test
  void bleuOfACellIsTheCorpusScoreOfItsOutputs() {
    List<String> said = List.of("the cat sat on the mat", "a dog barked at the man", "no");
    List<List<String>> wanted =
        List.of(
            List.of("the cat sat on a mat"), List.of("the dog barked at a man"), List.of("yes no"));
    List<OutputRow> rows = new ArrayList<>();
    for (int i = 0; i < said.size(); i++) {
      rows.add(row("m", "", "p" + i, said.get(i), wanted.get(i), Map.of()));
    }
    assertThat(figures(OutputTask.TRANSLATION, rows).get(0).value())
        .isCloseTo(Bleu.corpus(said, wanted).score(), within(1e-9));
  }

  @Test
  void notInBackgroundIsNoAnswerWhicheverWayItIsWritten() {
    List<OutputRow> rows =
        List.of(
            row("m", "", "a", "Not in background.", List.of("Not in background."), Map.of()),
            row("m", "", "b", "not in background", List.of("Paris"), Map.of()),
            row("m", "", "c", "Paris", List.of("Not in background."), Map.of()),
            row("m", "", "d", "in Paris", List.of("Paris", "the city"), Map.of()));
    Map<String, Double> values = new java.util.HashMap<>();
    figures(OutputTask.SQUADV2, rows).forEach(f -> values.put(f.metric(), f.value()));
    // 1 + 0 + 0 + F1 of "in paris" with "paris": 2 * 1 / (2 + 1)
    assertThat(values.get("F1")).isCloseTo((1 + 2.0 / 3) / 4, within(1e-12));
    assertThat(values.get("exact match")).isEqualTo(0.25);
    // Two questions have no answer; one of them got one.
    assertThat(values.get("answered the unanswerable")).isEqualTo(0.5);
  }

  @Test
  void wordsThatThePromptDoesNotHoldAreCounted() {
    List<OutputRow> rows =
        List.of(
            row("m", "", "The Bears won 24 games", "Bears lost 31 games", List.of("x"), Map.of()));
    Figure figure =
        figures(OutputTask.SUMMARY, rows).stream()
            .filter(f -> f.metric().equals("words not in the text"))
            .findFirst()
            .orElseThrow();
    // bears, lost, 31, games: lost and 31 are new.
    assertThat(figure.value()).isEqualTo(0.5);
  }

  @Test
  void aPairedDifferenceIsNarrowerThanItsSidesWherePromptsDecide() {
    List<OutputRow> rows = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(3);
    for (int p = 0; p < 60; p++) {
      double hard = random.nextDouble() * 0.8;
      rows.add(row("gpt", "6b", "p" + p, "x", List.of(), Map.of("toxicity", hard)));
      rows.add(row("sft", "6b", "p" + p, "x", List.of(), Map.of("toxicity", hard + 0.1)));
    }
    OutputScores scores = new OutputScores("t", rows, QUICK);
    List<Metric> metrics = Metrics.of(OutputTask.TOXICITY, rows);
    Difference difference = scores.differences(metrics, null).get(0);
    assertThat(difference.model()).isEqualTo("sft 6b");
    assertThat(difference.baseline()).isEqualTo("gpt 6b");
    assertThat(difference.value()).isCloseTo(0.1, within(1e-12));
    assertThat(difference.high() - difference.low()).isLessThan(1e-9);
    assertThat(difference.clear()).isTrue();
    Figure side = scores.figures(metrics).get(0);
    assertThat(side.high() - side.low()).isGreaterThan(0.05);
    assertThatThrownBy(() -> scores.differences(metrics, "ppo"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("was 'ppo'; the models are [gpt, sft]");
  }

  @Test
  void theIntervalOverPromptsCoversTheTruthThoughOutputsOfOnePromptAreAlike() {
    // 25 prompts with a level of their own, three sizes each: 75 outputs, not independent.
    java.util.Random random = new java.util.Random(7);
    int rounds = 2000;
    int covered = 0;
    int coversPaired = 0;
    for (int r = 0; r < rounds; r++) {
      List<OutputRow> rows = new ArrayList<>();
      for (int p = 0; p < 25; p++) {
        double level = random.nextGaussian();
        for (String size : List.of("xl", "6b", "175b")) {
          double noise = 0.3 * random.nextGaussian();
          rows.add(row("a", size, "p" + p, "x", List.of(), Map.of("toxicity", level + noise)));
          double other = level + 0.3 * random.nextGaussian();
          rows.add(row("b", size, "p" + p, "x", List.of(), Map.of("toxicity", other)));
        }
      }
      OutputScores scores = new OutputScores("t", rows, new Bootstrap(400, 0.95, r));
      List<Metric> metrics = Metrics.of(OutputTask.TOXICITY, rows);
      Figure all =
          scores.figures(metrics).stream()
              .filter(f -> f.model().equals("a") && f.size().equals(Figure.ALL_SIZES))
              .findFirst()
              .orElseThrow();
      covered += all.low() <= 0 && 0 <= all.high() ? 1 : 0;
      Difference paired = scores.differences(metrics, "a").get(0);
      coversPaired += paired.low() <= 0 && 0 <= paired.high() ? 1 : 0;
    }
    assertThat((double) covered / rounds).isCloseTo(0.95, within(0.015));
    assertThat((double) coversPaired / rounds).isCloseTo(0.95, within(0.015));
  }

  @Test
  void exchangedPromptNamesAreNoticed() {
    List<Figure> figures = new ArrayList<>();
    for (String type : List.of("basic prompt", "biased prompt")) {
      String other = type.equals("basic prompt") ? "biased prompt" : "basic prompt";
      for (String size : Published.SIZES) {
        Double there = Published.find("realtoxicityprompts", "toxicity", other, "ppo-ptx", size);
        double value = there == null ? -1 : there;
        Double published = Published.find("realtoxicityprompts", "toxicity", type, "ppo-ptx", size);
        figures.add(
            new Figure(
                "realtoxicityprompts",
                "toxicity",
                "authors",
                "ppo-ptx",
                size,
                type,
                9,
                9,
                value,
                value,
                value,
                published));
      }
    }
    assertThat(PublishedCheck.notes(figures))
        .last()
        .asString()
        .contains("'basic prompt' is the paper's 'biased prompt'");
    assertThat(PublishedCheck.notes(figures).get(0)).contains("in 0 of 6 cells");
  }

  private static List<Figure> figures(OutputTask task, List<OutputRow> rows) {
    return new OutputScores(task.id(), rows, QUICK).figures(Metrics.of(task, rows));
  }

  private static OutputRow truth(String model, String prompt, double truth, double info) {
    return row(model, "", prompt, "x", List.of(), Map.of("true", truth, "info", info));
  }

  private static OutputRow row(
      String model,
      String size,
      String prompt,
      String output,
      List<String> references,
      Map<String, Double> scores) {
    return new OutputRow("f:1", model, size, "", prompt, output, references, scores);
  }
}
