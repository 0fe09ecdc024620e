package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Exact match and F1 of an answer as the evaluation of SQuAD v2 counts them (Rajpurkar et al.
 * 2018); QuAC uses the same F1.
 *
 * @param exact 1 or 0
 * @param f1 in [0, 1], over words
 * @param hasAnswer whether any of the right answers says something
 */
public record SquadScore(double exact, double f1, boolean hasAnswer) {
  private static final Pattern PUNCTUATION = Pattern.compile("[\\p{Punct}]");
  private static final Pattern ARTICLES =
      Pattern.compile("\\b(a|an|the)\\b", Pattern.UNICODE_CHARACTER_CLASS);

  /** Means in percent. */
  public record Totals(double exact, double f1, int questions) {}

  /**
   * @param prediction "" says that there is no answer
   * @param answers right answers; none, or only empty ones: there is no answer
   */
  public static SquadScore of(String prediction, Collection<String> answers) {
    List<String> said = Words.split(normalized(prediction));
    List<List<String>> right =
        answers.stream()
            .map(answer -> Words.split(normalized(answer)))
            .filter(words -> !words.isEmpty())
            .toList();
    boolean hasAnswer = !right.isEmpty();
    double exact = 0;
    double f1 = 0;
    for (List<String> answer : hasAnswer ? right : List.of(List.<String>of())) {
      exact = Math.max(exact, answer.equals(said) ? 1 : 0);
      f1 = Math.max(f1, f1(said, answer));
    }
    return new SquadScore(exact, f1, hasAnswer);
  }

  /** Over all questions. */
  public static Totals totals(Collection<SquadScore> scores) {
    return totals(scores, score -> true);
  }

  /** Over the questions that have an answer. */
  public static Totals totalsWithAnswer(Collection<SquadScore> scores) {
    return totals(scores, SquadScore::hasAnswer);
  }

  /** Over the questions that have none. */
  public static Totals totalsWithoutAnswer(Collection<SquadScore> scores) {
    return totals(scores, score -> !score.hasAnswer());
  }

  /** Lower case, without punctuation, articles and extra space. */
  static String normalized(String text) {
    String s = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
    return String.join(" ", Words.split(ARTICLES.matcher(s).replaceAll(" ")));
  }

  private static double f1(List<String> said, List<String> answer) {
    if (said.isEmpty() || answer.isEmpty()) {
      return said.equals(answer) ? 1 : 0;
    }
    Map<String, Integer> left = new HashMap<>();
    answer.forEach(word -> left.merge(word, 1, Integer::sum));
    int common = 0;
    for (String word : said) {
      int there = left.getOrDefault(word, 0);
      common += there > 0 ? 1 : 0;
      left.put(word, there - 1);
    }
    return 2.0 * common / (said.size() + answer.size());
  }

  private static Totals totals(Collection<SquadScore> all, Predicate<SquadScore> taken) {
    List<SquadScore> scores = all.stream().filter(taken).toList();
    if (scores.isEmpty()) {
      throw new InputException("a total needs at least 1 question of its kind, had none");
    }
    return new Totals(
        100 * scores.stream().mapToDouble(SquadScore::exact).average().orElse(0),
        100 * scores.stream().mapToDouble(SquadScore::f1).average().orElse(0),
        scores.size());
  }
}
