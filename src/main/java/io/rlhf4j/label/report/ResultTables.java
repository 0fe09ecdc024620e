package io.rlhf4j.label.report;

import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Rating;
import io.rlhf4j.stats.BradleyTerry;
import io.rlhf4j.stats.Interval;
import io.rlhf4j.stats.ModelResults;
import io.rlhf4j.stats.WinRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What labels say about the models. */
public final class ResultTables {
  private static final String TITLE = "Results of the models";

  private ResultTables() {}

  /**
   * @param baseline a model's name, or null for the one compared most
   */
  public static Report of(List<Ranking> rankings, List<Rating> ratings, @Nullable String baseline) {
    ModelResults results = ModelResults.of(rankings, ratings, baseline);
    if (results.models().isEmpty()) {
      return Report.empty(TITLE, "no output of a named model has been judged yet");
    }
    List<Table> tables = new ArrayList<>();
    List<Picture> pictures = new ArrayList<>();
    if (!results.winRates().isEmpty()) {
      winRates(results, tables, pictures);
    }
    BradleyTerry scores = results.scores();
    if (scores != null) {
      tables.add(scores(scores, results.smoothed()));
    }
    if (!results.likert().isEmpty()) {
      likert(results, tables, pictures);
    }
    if (!results.rates().isEmpty()) {
      rates(results, tables, pictures);
    }
    return new Report(TITLE, "", tables, pictures);
  }

  private static void winRates(ModelResults results, List<Table> tables, List<Picture> pictures) {
    List<List<Object>> rows = new ArrayList<>();
    List<Picture.Mark> marks = new ArrayList<>();
    for (WinRate rate : results.winRates()) {
      Interval i = rate.interval();
      rows.add(
          List.of(
              rate.model(),
              rate.wins(),
              rate.losses(),
              rate.ties(),
              rate.rate(),
              i.low(),
              i.high()));
      marks.add(
          new Picture.Mark(
              rate.model(), i.rate(), i.low(), i.high(), rate.comparisons() + " comparisons"));
    }
    String title = "Win rates against " + results.baseline();
    tables.add(
        new Table(
            "win-rates",
            title,
            "A tie counts half for each.",
            List.of("Model", "Wins", "Losses", "Ties", "Win rate", "Low 95%", "High 95%"),
            rows));
    pictures.add(Picture.intervals("win-rates", title, marks, 0, 1, 0.5));
  }

  private static Table scores(BradleyTerry scores, boolean smoothed) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < scores.names().size(); i++) {
      rows.add(
          List.of(
              scores.names().get(i),
              scores.scores().get(i),
              scores.standardErrors().get(i),
              scores.elo().get(i)));
    }
    rows.sort((a, b) -> Double.compare((Double) b.get(1), (Double) a.get(1)));
    return new Table(
        "bradley-terry",
        "Bradley-Terry scores",
        smoothed
            ? "Some model never lost or never won against the rest: one even game was added"
                + " between every two."
            : "The scores sum to 0; a difference of 1 is odds of 2.7 to 1.",
        List.of("Model", "Score", "Standard error", "Elo"),
        rows);
  }

  private static void likert(ModelResults results, List<Table> tables, List<Picture> pictures) {
    List<List<Object>> rows = new ArrayList<>();
    List<Picture.Mark> marks = new ArrayList<>();
    for (ModelResults.Likert one : results.likert()) {
      Interval i = one.mean();
      rows.add(List.of(one.model(), one.ratings(), i.rate(), i.low(), i.high()));
      marks.add(
          new Picture.Mark(one.model(), i.rate(), i.low(), i.high(), one.ratings() + " ratings"));
    }
    tables.add(
        new Table(
            "likert",
            "Mean rating, 1 (worst) to 7 (best)",
            "",
            List.of("Model", "Ratings", "Mean", "Low 95%", "High 95%"),
            rows));
    pictures.add(Picture.intervals("likert", "Mean rating of each model", marks, 1, 7, Double.NaN));
  }

  private static void rates(ModelResults results, List<Table> tables, List<Picture> pictures) {
    List<List<Object>> rows = new ArrayList<>();
    for (ModelResults.Question question : ModelResults.Question.values()) {
      List<Picture.Mark> marks = new ArrayList<>();
      for (ModelResults.Rate rate : results.rates()) {
        if (rate.question() == question) {
          Interval i = rate.interval();
          rows.add(
              List.of(
                  words(question),
                  rate.model(),
                  rate.yes(),
                  rate.answers(),
                  i.rate(),
                  i.low(),
                  i.high()));
          marks.add(
              new Picture.Mark(
                  rate.model(), i.rate(), i.low(), i.high(), rate.answers() + " answers"));
        }
      }
      if (!marks.isEmpty()) {
        pictures.add(
            Picture.intervals(
                "rate-" + question.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                "Share of outputs: " + words(question),
                marks,
                0,
                1,
                Double.NaN));
      }
    }
    tables.add(
        new Table(
            "rates",
            "Shares of outputs with yes",
            "Answers that were not asked for or do not apply are not counted.",
            List.of("Question", "Model", "Yes", "Answers", "Share", "Low 95%", "High 95%"),
            rows));
  }

  private static String words(ModelResults.Question question) {
    return question.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
