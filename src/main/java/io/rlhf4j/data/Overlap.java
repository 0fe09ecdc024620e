package io.rlhf4j.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of each evaluation text stands in the training texts too, in sequences of n words. Words
 * are runs of letters and digits, without regard to case.
 *
 * @param n the length of a sequence; 13 is usual since GPT-3, 8 finds more
 * @param shares [evaluation texts] of their sequences that occur in training, in [0, 1]; a text
 *     shorter than n words is one sequence; a text without words has share 0
 */
public record Overlap(int n, List<Double> shares) {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+");

  public Overlap {
    shares = List.copyOf(shares);
  }

  public static Overlap of(Collection<String> evaluation, Collection<String> training, int n) {
    if (n < 1) {
      throw new InputException("overlap needs sequences of at least 1 word, was " + n);
    }
    // The sequences wanted are few; training texts are walked once, and nothing of them is kept.
    List<List<List<String>>> wanted = new ArrayList<>();
    Map<Integer, Set<List<String>>> byLength = new HashMap<>();
    for (String text : evaluation) {
      List<String> words = words(text);
      List<List<String>> sequences = sequences(words, Math.min(n, words.size()));
      wanted.add(sequences);
      sequences.forEach(s -> byLength.computeIfAbsent(s.size(), length -> new HashSet<>()).add(s));
    }
    Set<List<String>> found = new HashSet<>();
    for (String text : training) {
      List<String> words = words(text);
      byLength.forEach(
          (length, known) -> {
            for (int at = 0; at + length <= words.size(); at++) {
              List<String> sequence = words.subList(at, at + length);
              if (known.contains(sequence)) {
                found.add(List.copyOf(sequence));
              }
            }
          });
    }
    return new Overlap(
        n,
        wanted.stream()
            .map(
                s ->
                    s.isEmpty()
                        ? 0.0
                        : s.stream().filter(found::contains).count() / (double) s.size())
            .toList());
  }

  /** Indices of the evaluation texts of which at least this share was seen in training. */
  public List<Integer> atLeast(double share) {
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      if (shares.get(i) >= share) {
        indices.add(i);
      }
    }
    return indices;
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  private static List<List<String>> sequences(List<String> words, int n) {
    List<List<String>> sequences = new ArrayList<>();
    for (int at = 0; n > 0 && at + n <= words.size(); at++) {
      sequences.add(List.copyOf(words.subList(at, at + n)));
    }
    return sequences;
  }
}
