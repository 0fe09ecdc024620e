package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Exact match and F1 of an answer of one or several spans as the evaluation of DROP counts them
 * (Dua et al. 2019): spans are sets of words, matched one to one so that the sum of F1 is largest.
 *
 * @param exact 1 or 0
 * @param f1 in [0, 1], not rounded
 */
public record DropScore(double exact, double f1) {
  // What Python reads as a number; that is how the official evaluation tells.
  private static final Pattern NUMBER =
      Pattern.compile(
          "[+-]?(\\d(_?\\d)*(\\.(\\d(_?\\d)*)?)?|\\.\\d(_?\\d)*)(e[+-]?\\d(_?\\d)*)?"
              + "|[+-]?(inf|infinity|nan)");
  private static final Pattern PUNCTUATION = Pattern.compile("[\\p{Punct}]");
  private static final Pattern ARTICLES =
      Pattern.compile("\\b(a|an|the)\\b", Pattern.UNICODE_CHARACTER_CLASS);

  /**
   * The best over the annotators' answers, exact match and F1 each by itself.
   *
   * @param prediction spans, at least 1
   * @param answers per annotator the spans of the right answer
   */
  public static DropScore of(List<String> prediction, List<List<String>> answers) {
    if (prediction.isEmpty() || answers.isEmpty() || answers.stream().anyMatch(List::isEmpty)) {
      throw new InputException(
          "DROP needs at least 1 predicted span (\"\" for no answer) and 1 right answer of at least"
              + " 1 span");
    }
    double exact = 0;
    double f1 = 0;
    for (List<String> answer : answers) {
      DropScore one = against(prediction, answer);
      exact = Math.max(exact, one.exact);
      f1 = Math.max(f1, one.f1);
    }
    return new DropScore(exact, f1);
  }

  /** F1 to two decimals, as the official evaluation gives it for each question. */
  public double roundedF1() {
    return Math.rint(f1 * 100) / 100;
  }

  /** Against one annotator's answer. */
  static DropScore against(List<String> prediction, List<String> answer) {
    List<String> said = prediction.stream().map(DropScore::normalized).toList();
    List<String> right = answer.stream().map(DropScore::normalized).toList();
    boolean exact = said.size() == right.size() && new HashSet<>(said).equals(new HashSet<>(right));
    int size = Math.max(said.size(), right.size());
    double[][] scores = new double[size][size];
    for (int r = 0; r < right.size(); r++) {
      for (int s = 0; s < said.size(); s++) {
        scores[r][s] = spanF1(words(said.get(s)), words(right.get(r)));
      }
    }
    return new DropScore(exact ? 1 : 0, Assignment.best(scores) / size);
  }

  /** Word by word: lower case, without punctuation (numbers keep theirs) and articles. */
  static String normalized(String span) {
    List<String> words = new ArrayList<>();
    for (String token : span.toLowerCase(Locale.ROOT).split("[ -]", -1)) {
      String bare = isNumber(token) ? token : PUNCTUATION.matcher(token).replaceAll("");
      String word = isNumber(bare) ? number(bare) : bare;
      words.addAll(Words.split(ARTICLES.matcher(word).replaceAll(" ")));
    }
    return String.join(" ", words);
  }

  private static boolean isNumber(String token) {
    return NUMBER.matcher(token.strip()).matches();
  }

  /** One spelling for each number: 12 and 12.0 are equal. */
  private static String number(String token) {
    String digits = token.strip().replace("_", "");
    return switch (digits) {
      case "inf", "+inf", "infinity", "+infinity" -> "inf";
      case "-inf", "-infinity" -> "-inf";
      case "nan", "+nan", "-nan" -> "nan";
      default -> Double.toString(Double.parseDouble(digits));
    };
  }

  private static Set<String> words(String normalized) {
    return new HashSet<>(Words.split(normalized));
  }

  private static double spanF1(Set<String> said, Set<String> right) {
    Set<String> common = new HashSet<>(said);
    common.retainAll(right);
    boolean numbers = right.stream().anyMatch(DropScore::isNumber);
    if (numbers && common.stream().noneMatch(DropScore::isNumber)) {
      return 0;
    }
    double precision = said.isEmpty() ? 1 : (double) common.size() / said.size();
    double recall = right.isEmpty() ? 1 : (double) common.size() / right.size();
    return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
  }
}
