package io.rlhf4j.eval.preference;

import io.rlhf4j.data.Comparison;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.UseCase;
import io.rlhf4j.eval.Curve;
import io.rlhf4j.eval.RewardCheck;
import io.rlhf4j.eval.figure.DataTable;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.eval.output.Metric;
import io.rlhf4j.eval.output.OutputRow;
import io.rlhf4j.eval.output.OutputScores;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.stats.Agreement;
import io.rlhf4j.stats.Bootstrap;
import io.rlhf4j.stats.Calibration;
import io.rlhf4j.tokenizer.PromptFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A reward model's predictions of held-out choices: over all, by labeler, by use case, by how much
 * longer the preferred output is; beside preferring the longer one and beside what people reach.
 */
public final class RewardFigures {
  private static final String ALL = "all comparisons";
  private static final String RIGHT = "right";
  private static final String LONGER = "longer";
  private static final int BINS = 10;

  /** Outputs within a tenth of each other count as equally long. */
  private static final double ABOUT_EQUAL = 0.1;

  /** One predicted choice. */
  private record Choice(Comparison comparison, double probability) {
    double right() {
      return probability > 0.5 ? 1 : probability == 0.5 ? 0.5 : 0;
    }

    double longerChosen() {
      return comparison.chosen().length() > comparison.rejected().length()
          ? 1
          : comparison.chosen().length() == comparison.rejected().length() ? 0.5 : 0;
    }

    String lengths() {
      double chosen = comparison.chosen().length();
      double rejected = comparison.rejected().length();
      double most = Math.max(1, Math.max(chosen, rejected));
      return Math.abs(chosen - rejected) <= ABOUT_EQUAL * most
          ? "about equally long"
          : chosen > rejected ? "preferred is longer" : "preferred is shorter";
    }
  }

  private RewardFigures() {}

  /**
   * Measures on rankings that the model has not seen; those too long for it are left out.
   *
   * @param name of the model in figures
   * @param shared rankings of which several labelers judged the same pairs; may be the same ones
   */
  public static FigureSet of(
      String title,
      String name,
      RewardModel model,
      PromptFormat format,
      List<Ranking> rankings,
      List<Ranking> shared,
      Bootstrap bootstrap) {
    int longest = model.transformer().config().maxPositions();
    List<Ranking> fitting =
        rankings.stream().filter(ranking -> fits(ranking, format, longest)).toList();
    if (fitting.isEmpty()) {
      throw new InputException("no ranking fits the model's " + longest + " positions");
    }
    double[] probabilities = RewardCheck.predict(model, format, fitting).probabilities();
    List<Choice> choices = new ArrayList<>();
    for (Ranking ranking : fitting) {
      for (Comparison comparison : ranking.comparisons()) {
        choices.add(new Choice(comparison, probabilities[choices.size()]));
      }
    }
    if (choices.isEmpty()) {
      throw new InputException("every ranking is tied throughout; nothing can be predicted");
    }
    return figures(
        title,
        name,
        notes(fitting.size(), choices.size(), rankings.size() - fitting.size(), shared),
        choices,
        bootstrap);
  }

  private static boolean fits(Ranking ranking, PromptFormat format, int longest) {
    int prompt = format.promptIds(ranking.prompt()).length;
    return ranking.completions().stream()
        .allMatch(c -> prompt + format.completionIds(c).length < longest);
  }

  private static FigureSet figures(
      String title, String name, List<String> before, List<Choice> choices, Bootstrap bootstrap) {
    List<Metric> metrics =
        List.of(
            PreferenceRows.mean(
                RIGHT, "accuracy", "share of comparisons whose preferred output scores higher"),
            PreferenceRows.mean(
                LONGER,
                "longer output preferred",
                "the length-only baseline: accuracy of preferring the longer output"));
    List<Figure> figures = new ArrayList<>();
    List<Function<Choice, @Nullable String>> groupings =
        List.of(
            choice -> ALL,
            Choice::lengths,
            choice -> useCase(choice.comparison().prompt().useCase()),
            choice -> "labeler " + choice.comparison().labeler());
    for (Function<Choice, @Nullable String> grouping : groupings) {
      List<OutputRow> rows = rows(name, choices, grouping);
      if (!rows.isEmpty()) {
        figures.addAll(new OutputScores("reward model", rows, bootstrap).figures(metrics));
      }
    }
    Map<String, String> definitions = new LinkedHashMap<>();
    metrics.forEach(metric -> definitions.put(metric.name(), metric.definition()));
    Calibration calibration = calibration(choices);
    List<String> notes = new ArrayList<>(before);
    notes.add(
        String.format(
            Locale.ROOT,
            "calibration error %.3f, Brier score %.3f (0.25 is a coin's)",
            calibration.expectedError(),
            calibration.brier()));
    return new FigureSet(
        title,
        notes,
        definitions,
        Map.of(),
        figures,
        List.of(),
        List.of(table(calibration)),
        List.of(
            Curve.of(
                "Calibration",
                "observed",
                "predicted probability",
                calibration.bins().stream().mapToDouble(Calibration.Bin::predicted).toArray(),
                calibration.bins().stream().mapToDouble(Calibration.Bin::observed).toArray())));
  }

  private static List<String> notes(
      int rankings, int comparisons, int tooLong, List<Ranking> shared) {
    List<String> notes = new ArrayList<>();
    notes.add(
        "%d comparisons from %d rankings%s; intervals are at 95%%, by bootstrap over the prompts"
            .formatted(
                comparisons,
                rankings,
                tooLong == 0 ? "" : ", " + tooLong + " rankings too long for the model left out"));
    try {
      notes.add(
          String.format(
              Locale.ROOT,
              "labelers who judged the same pair agree in %.1f%% of cases, ties aside: what a model"
                  + " of them can hope for",
              100 * decided(Agreement.ofRankings(shared))));
    } catch (InputException nobodyShared) {
      notes.add("no pair was judged by two labelers: how far they agree is not known");
    }
    return notes;
  }

  private static double decided(Agreement agreement) {
    return (double) agreement.decidedAgreeing() / Math.max(1, agreement.decidedPairs());
  }

  private static List<OutputRow> rows(
      String name, List<Choice> choices, Function<Choice, @Nullable String> grouping) {
    List<OutputRow> rows = new ArrayList<>();
    for (Choice choice : choices) {
      String group = grouping.apply(choice);
      if (group != null) {
        String prompt = choice.comparison().prompt().id();
        rows.add(
            new OutputRow(
                prompt,
                name,
                "",
                group,
                prompt,
                choice.comparison().chosen(),
                List.of(),
                Map.of(RIGHT, choice.right(), LONGER, choice.longerChosen())));
      }
    }
    return rows;
  }

  /** Each comparison from either side, so that predictions below one half occur as well. */
  private static Calibration calibration(List<Choice> choices) {
    int n = choices.size();
    double[] predicted = new double[2 * n];
    double[] happened = new double[2 * n];
    for (int i = 0; i < n; i++) {
      predicted[i] = choices.get(i).probability();
      happened[i] = 1;
      predicted[n + i] = 1 - choices.get(i).probability();
    }
    return Calibration.of(predicted, happened, BINS);
  }

  private static DataTable table(Calibration calibration) {
    return new DataTable(
        "Calibration",
        "Each comparison counts from either side.",
        List.of("Predicted", "Observed", "Predictions"),
        calibration.bins().stream()
            .map(
                bin ->
                    List.of(
                        String.format(Locale.ROOT, "%.3f", bin.predicted()),
                        String.format(Locale.ROOT, "%.3f", bin.observed()),
                        Integer.toString(bin.count())))
            .toList());
  }

  private static @Nullable String useCase(@Nullable UseCase useCase) {
    return useCase == null ? null : useCase.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
