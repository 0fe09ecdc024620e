package io.rlhf4j.eval.preference;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.eval.figure.DataTable;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.eval.output.Metric;
import io.rlhf4j.eval.output.OutputRow;
import io.rlhf4j.eval.output.OutputScores;
import io.rlhf4j.stats.Agreement;
import io.rlhf4j.stats.Bootstrap;
import io.rlhf4j.stats.BradleyTerry;
import io.rlhf4j.stats.LengthControlledWinRate;
import io.rlhf4j.stats.PlackettLuce;
import io.rlhf4j.stats.WinMatrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Models as people judged them: the paper's figures 1, 3 and 4, and strengths over all models. */
public final class PreferenceFigures {
  private static final String EVERYBODY = "all labelers";

  private final List<Ranking> rankings;
  private final String baseline;
  private final Set<String> heldOut;
  private final Bootstrap bootstrap;

  private PreferenceFigures(
      List<Ranking> rankings, String baseline, Set<String> heldOut, Bootstrap bootstrap) {
    this.rankings = rankings;
    this.baseline = baseline;
    this.heldOut = heldOut;
    this.bootstrap = bootstrap;
  }

  /**
   * All figures.
   *
   * @param baseline the model against which the others are counted; null takes the most compared
   * @param heldOut labelers who gave no training data; they are shown apart
   */
  public static FigureSet of(
      String title,
      List<Ranking> rankings,
      @Nullable String baseline,
      Set<String> heldOut,
      Bootstrap bootstrap) {
    List<String> models = PlackettLuce.policies(rankings);
    if (models.size() < 2) {
      throw new InputException("preferences need at least 2 models, found " + models);
    }
    String against = baseline == null ? mostCompared(rankings) : baseline;
    if (!models.contains(against)) {
      throw new InputException(
          "the baseline must be one of the models %s, was '%s'".formatted(models, against));
    }
    Set<String> labelers = new TreeSet<>();
    rankings.forEach(ranking -> labelers.add(ranking.labeler()));
    for (String labeler : heldOut) {
      if (!labelers.contains(labeler)) {
        throw new InputException(
            "held-out labeler '%s' judged nothing; the labelers are %s"
                .formatted(labeler, labelers));
      }
    }
    return new PreferenceFigures(List.copyOf(rankings), against, heldOut, bootstrap)
        .all(title, labelers.size());
  }

  private FigureSet all(String title, int labelers) {
    Metric win =
        PreferenceRows.mean(
            PreferenceRows.WIN,
            "win rate against " + baseline,
            "share of comparisons with the baseline's output that were won; a tie counts one half");
    Map<String, String> definitions = new LinkedHashMap<>();
    definitions.put(win.name(), win.definition());
    List<Figure> figures = new ArrayList<>();
    List<PreferenceRows.Grouping> groupings = new ArrayList<>();
    groupings.add(ranking -> EVERYBODY);
    if (!heldOut.isEmpty()) {
      groupings.add(r -> heldOut.contains(r.labeler()) ? "held-out labelers" : "training labelers");
    }
    groupings.add(PreferenceRows::useCase);
    groupings.add(r -> r.prompt().user() == null ? null : "user " + r.prompt().user());
    for (PreferenceRows.Grouping grouping : groupings) {
      figures.addAll(scores(PreferenceRows.wins(rankings, baseline, grouping), List.of(win)));
    }
    for (PreferenceRows.Grouping grouping : groupings) {
      List<OutputRow> rows = PreferenceRows.ratings(rankings, grouping);
      List<Metric> metrics = PreferenceRows.ratingMetrics(rows);
      metrics.forEach(metric -> definitions.put(metric.name(), metric.definition()));
      figures.addAll(scores(rows, metrics));
    }
    return new FigureSet(
        title,
        List.of(
            "%d rankings by %d labelers; intervals are at 95%%, by bootstrap over the prompts"
                .formatted(rankings.size(), labelers)),
        definitions,
        Map.of(),
        figures,
        List.of(),
        tables(),
        List.of());
  }

  private List<Figure> scores(List<OutputRow> rows, List<Metric> metrics) {
    return rows.isEmpty()
        ? List.of()
        : new OutputScores("preference", rows, bootstrap).figures(metrics);
  }

  private List<DataTable> tables() {
    List<DataTable> tables = new ArrayList<>();
    tables.add(strengths());
    tables.add(lengthControlled());
    DataTable agreement = agreement();
    if (agreement != null) {
      tables.add(agreement);
    }
    return tables;
  }

  private DataTable strengths() {
    WinMatrix matrix = WinMatrix.ofRankings(rankings);
    BradleyTerry fit;
    String note = "Ties count half a win for each.";
    try {
      fit = BradleyTerry.fit(matrix);
    } catch (InputException noMaximum) {
      fit = BradleyTerry.fitWithPrior(matrix, 1);
      note += " Some model never won or never lost: each pair got one even game more.";
    }
    PlackettLuce order = null;
    try {
      order = PlackettLuce.ofRankings(rankings);
    } catch (InputException noMaximum) {
      note += " Plackett-Luce scores do not exist for them.";
    }
    List<String> names = PlackettLuce.policies(rankings);
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < fit.names().size(); i++) {
      String name = fit.names().get(i);
      rows.add(
          List.of(
              name,
              fixed(fit.scores().get(i)),
              fixed(fit.standardErrors().get(i)),
              String.format(Locale.ROOT, "%.0f", fit.elo().get(i)),
              order == null ? "-" : fixed(order.scores().get(names.indexOf(name)))));
    }
    rows.sort((a, b) -> Double.compare(Double.parseDouble(b.get(1)), Double.parseDouble(a.get(1))));
    return new DataTable(
        "Strengths of the models",
        note,
        List.of("Model", "Bradley-Terry", "Standard error", "Elo points", "Plackett-Luce"),
        rows);
  }

  private DataTable lengthControlled() {
    List<List<String>> rows = new ArrayList<>();
    for (String model : PlackettLuce.policies(rankings)) {
      boolean met =
          rankings.stream()
              .anyMatch(r -> r.policies().contains(model) && r.policies().contains(baseline));
      if (!model.equals(baseline) && met) {
        LengthControlledWinRate rate =
            LengthControlledWinRate.ofRankings(rankings, model, baseline);
        rows.add(
            List.of(
                model,
                fixed(rate.raw()),
                rate.controlled().toString(),
                fixed(rate.lengthEffect())));
      }
    }
    return new DataTable(
        "Win rates against " + baseline + " at equal length",
        "What the win rate would be if length did not differ; the effect is above 0 where longer"
            + " outputs win.",
        List.of("Model", "Win rate", "At equal length", "Effect of length"),
        rows);
  }

  private @Nullable DataTable agreement() {
    Agreement agreement;
    try {
      agreement = Agreement.ofRankings(rankings);
    } catch (InputException nobodyShared) {
      return null;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "all pairs of judgements", Long.toString(agreement.pairs()), fixed(agreement.rate())));
    agreement.perLabeler().forEach((labeler, rate) -> rows.add(List.of(labeler, "", fixed(rate))));
    return new DataTable(
        "Agreement between labelers",
        "How often two people who judged the same pair said the same; a tie is a third answer.",
        List.of("Who", "Pairs", "Agreement"),
        rows);
  }

  private static String mostCompared(List<Ranking> rankings) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Ranking ranking : rankings) {
      ranking.policies().forEach(policy -> counts.merge(policy, 1, Integer::sum));
    }
    return counts.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElseThrow();
  }

  private static String fixed(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
