package io.rlhf4j.eval.preference;

import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.UseCase;
import io.rlhf4j.eval.output.Metric;
import io.rlhf4j.eval.output.OutputRow;
import io.rlhf4j.stats.Preference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rankings as rows that {@link io.rlhf4j.eval.output.OutputScores} counts: a row per judged output,
 * its prompt being what is drawn again, its prompt type being the group of judgements.
 */
final class PreferenceRows {
  static final String WIN = "win";
  static final String LIKERT = "likert";

  /** The paper's figure 4. */
  private static final Map<String, Function<Metadata, @Nullable Boolean>> FIGURE_4 = figure4();

  private PreferenceRows() {}

  private static Map<String, Function<Metadata, @Nullable Boolean>> figure4() {
    Map<String, Function<Metadata, @Nullable Boolean>> rates = new java.util.LinkedHashMap<>();
    rates.put("attempts the instruction", m -> not(m.failsInstruction()));
    rates.put("follows the constraints", Metadata::satisfiesConstraint);
    rates.put("hallucinates", Metadata::hallucination);
    rates.put("fit for an assistant", m -> not(m.inappropriateForAssistant()));
    return rates;
  }

  /** All groups of judgements by which figures are broken down; null: the ranking is in none. */
  interface Grouping extends Function<Ranking, @Nullable String> {}

  static @Nullable String useCase(Ranking ranking) {
    UseCase useCase = ranking.prompt().useCase();
    return useCase == null ? null : useCase.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** A row per output of a model that was compared with the baseline's, and what came of it. */
  static List<OutputRow> wins(List<Ranking> rankings, String baseline, Grouping grouping) {
    List<OutputRow> rows = new ArrayList<>();
    for (Ranking ranking : rankings) {
      String group = grouping.apply(ranking);
      for (int i = 0; i < ranking.size() && group != null; i++) {
        for (int j = 0; j < ranking.size(); j++) {
          String model = ranking.policies().get(i);
          if (!model.equals(baseline) && ranking.policies().get(j).equals(baseline)) {
            double win =
                switch (Preference.ofRanks(ranking.ranks().get(i), ranking.ranks().get(j))) {
                  case FIRST -> 1;
                  case SECOND -> 0;
                  case TIE -> 0.5;
                };
            rows.add(row(ranking, i, group, Map.of(WIN, win)));
          }
        }
      }
    }
    return rows;
  }

  /** A row per output with its rating and the answers to the questions about it. */
  static List<OutputRow> ratings(List<Ranking> rankings, Grouping grouping) {
    List<OutputRow> rows = new ArrayList<>();
    for (Ranking ranking : rankings) {
      String group = grouping.apply(ranking);
      for (int i = 0; i < ranking.size() && group != null; i++) {
        Map<String, Double> scores = new HashMap<>();
        if (!ranking.likert().isEmpty()) {
          scores.put(LIKERT, (double) ranking.likert().get(i));
        }
        if (!ranking.metadata().isEmpty()) {
          Metadata answers = ranking.metadata().get(i);
          FIGURE_4.forEach(
              (name, question) -> {
                Boolean said = question.apply(answers);
                if (said != null) {
                  scores.put(name, said ? 1.0 : 0.0);
                }
              });
        }
        rows.add(row(ranking, i, group, scores));
      }
    }
    return rows;
  }

  /** The ratings that any row has, as metrics. */
  static List<Metric> ratingMetrics(List<OutputRow> rows) {
    List<Metric> metrics = new ArrayList<>();
    if (has(rows, LIKERT)) {
      metrics.add(mean(LIKERT, "rating", "mean overall rating, 1 to 7"));
    }
    for (String name : FIGURE_4.keySet()) {
      if (has(rows, name)) {
        metrics.add(mean(name, name, "share of the outputs for which this was asked"));
      }
    }
    return metrics;
  }

  static Metric mean(String score, String name, String definition) {
    return new Metric(
        name,
        definition,
        "",
        row -> Double.isNaN(row.score(score)) ? new double[0] : new double[] {row.score(score), 1},
        sums -> sums[0] / sums[1]);
  }

  private static boolean has(List<OutputRow> rows, String score) {
    return rows.stream().anyMatch(row -> row.scores().containsKey(score));
  }

  private static OutputRow row(
      Ranking ranking, int output, String group, Map<String, Double> scores) {
    return new OutputRow(
        ranking.prompt().id(),
        ranking.policies().get(output),
        "",
        group,
        ranking.prompt().id(),
        ranking.completions().get(output),
        List.of(),
        scores);
  }

  private static @Nullable Boolean not(@Nullable Boolean said) {
    return said == null ? null : !said;
  }
}
