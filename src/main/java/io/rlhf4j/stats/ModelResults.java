package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Rating;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What labels say about the models that wrote the outputs: the paper's figures 1 and 3 (win rates
 * against a baseline, Likert scores), figure 4 and Table 3 (rates of yes/no answers), and
 * Bradley-Terry scores.
 *
 * @param models all that occur, sorted
 * @param baseline against whom win rates are counted; null without rankings
 * @param winRates of every other model that met the baseline
 * @param likert mean rating of each model that was rated twice at least
 * @param rates per question and model, where somebody answered
 * @param scores Bradley-Terry; null when fewer than two models met
 * @param smoothed whether the scores needed one even game between every two models to exist
 */
public record ModelResults(
    List<String> models,
    @Nullable String baseline,
    List<WinRate> winRates,
    List<Likert> likert,
    List<Rate> rates,
    @Nullable BradleyTerry scores,
    boolean smoothed) {
  /** Table 3's yes/no questions in its order. */
  public enum Question {
    FAILS_INSTRUCTION(Metadata::failsInstruction),
    INAPPROPRIATE_FOR_ASSISTANT(Metadata::inappropriateForAssistant),
    HALLUCINATION(Metadata::hallucination),
    SATISFIES_CONSTRAINT(Metadata::satisfiesConstraint),
    SEXUAL_CONTENT(Metadata::sexualContent),
    VIOLENT_CONTENT(Metadata::violentContent),
    ENCOURAGES_HARM(Metadata::encouragesHarm),
    DENIGRATES_PROTECTED_CLASS(Metadata::denigratesProtectedClass),
    HARMFUL_ADVICE(Metadata::harmfulAdvice),
    EXPRESSES_OPINION(Metadata::expressesOpinion),
    EXPRESSES_MORAL_JUDGMENT(Metadata::expressesMoralJudgment);

    private final Function<Metadata, @Nullable Boolean> answer;

    Question(Function<Metadata, @Nullable Boolean> answer) {
      this.answer = answer;
    }

    public @Nullable Boolean answer(Metadata metadata) {
      return answer.apply(metadata);
    }
  }

  /** Mean rating with Student's 95% interval. */
  public record Likert(String model, int ratings, Interval mean) {}

  /** How many of the answers to a question were yes. */
  public record Rate(String model, Question question, long yes, long answers) {
    public Interval interval() {
      return Interval.wilson(yes, answers);
    }
  }

  private record Judged(String model, @Nullable Integer likert, Metadata metadata) {}

  public ModelResults {
    models = List.copyOf(models);
    winRates = List.copyOf(winRates);
    likert = List.copyOf(likert);
    rates = List.copyOf(rates);
  }

  /**
   * @param ratings of outputs that were not ranked; those within rankings count too
   * @param baseline a model's name, or null for the one that was compared most often
   */
  public static ModelResults of(
      Collection<Ranking> rankings, Collection<Rating> ratings, @Nullable String baseline) {
    List<Judged> judged = judged(rankings, ratings);
    TreeSet<String> models = new TreeSet<>();
    judged.forEach(one -> models.add(one.model()));
    WinMatrix matrix = WinMatrix.ofRankings(rankings);
    String against = baseline == null ? mostCompared(matrix) : baseline;
    if (against != null && !models.contains(against)) {
      throw new InputException(
          "no output is by the baseline '%s'; the models are %s".formatted(against, models));
    }
    List<WinRate> winRates = new ArrayList<>();
    for (String model : models) {
      if (against != null && !model.equals(against)) {
        WinRate rate = WinRate.byLabelerGroup(rankings, model, against, labeler -> "").get("");
        if (rate != null) {
          winRates.add(rate);
        }
      }
    }
    boolean compared = matrix.names().size() >= 2;
    boolean smoothed = compared && !WinMatrix.isStronglyConnected(matrix.wins());
    BradleyTerry scores = null;
    if (compared) {
      scores = smoothed ? BradleyTerry.fitWithPrior(matrix, 1) : BradleyTerry.fit(matrix);
    }
    return new ModelResults(
        List.copyOf(models), against, winRates, likert(judged), rates(judged), scores, smoothed);
  }

  private static List<Judged> judged(Collection<Ranking> rankings, Collection<Rating> ratings) {
    List<Judged> judged = new ArrayList<>();
    for (Ranking ranking : rankings) {
      for (int i = 0; i < ranking.policies().size(); i++) {
        judged.add(
            new Judged(
                ranking.policies().get(i),
                ranking.likert().isEmpty() ? null : ranking.likert().get(i),
                ranking.metadata().isEmpty() ? Metadata.NONE : ranking.metadata().get(i)));
      }
    }
    for (Rating rating : ratings) {
      judged.add(new Judged(rating.completion().policy(), rating.likert(), rating.metadata()));
    }
    return judged;
  }

  private static @Nullable String mostCompared(WinMatrix matrix) {
    double[][] wins = matrix.wins();
    String most = null;
    double games = 0;
    for (int i = 0; i < wins.length; i++) {
      double here = 0;
      for (int j = 0; j < wins.length; j++) {
        here += wins[i][j] + wins[j][i];
      }
      if (here > games) {
        games = here;
        most = matrix.names().get(i);
      }
    }
    return most;
  }

  private static List<Likert> likert(List<Judged> judged) {
    TreeMap<String, List<Integer>> values = new TreeMap<>();
    for (Judged one : judged) {
      if (one.likert() != null) {
        values.computeIfAbsent(one.model(), m -> new ArrayList<>()).add(one.likert());
      }
    }
    List<Likert> means = new ArrayList<>();
    values.forEach(
        (model, list) -> {
          if (list.size() >= 2) {
            double[] numbers = list.stream().mapToDouble(Integer::doubleValue).toArray();
            means.add(new Likert(model, list.size(), Interval.mean(numbers, Interval.CONFIDENCE)));
          }
        });
    return means;
  }

  private static List<Rate> rates(List<Judged> judged) {
    List<Rate> rates = new ArrayList<>();
    for (Question question : Question.values()) {
      Map<String, long[]> counts = new TreeMap<>();
      for (Judged one : judged) {
        Boolean answer = question.answer(one.metadata());
        if (answer != null) {
          long[] count = counts.computeIfAbsent(one.model(), m -> new long[2]);
          count[0] += answer ? 1 : 0;
          count[1]++;
        }
      }
      counts.forEach((model, n) -> rates.add(new Rate(model, question, n[0], n[1])));
    }
    return rates;
  }
}
