package io.rlhf4j.tokenizer;

import io.rlhf4j.data.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Learns a byte-level BPE vocabulary (Sennrich et al. 2016; bytes as in GPT-2): starting from the
 * 256 bytes, the most frequent neighbouring pair becomes a token, again and again.
 *
 * <p>Feed texts with {@link #add}, in any order, then call {@link #train}. The result depends on
 * nothing but the texts: among equally frequent pairs the one of the lowest ids wins. Pair counts
 * are kept up to date merge by merge, so the cost of a merge is that of the words it touches.
 */
public final class BpeTrainer {
  /** Ids 0, 1, 2 of every vocabulary trained here. */
  public static final List<String> SPECIAL_TOKENS =
      List.of(BpeVocabulary.END_OF_TEXT, BpeVocabulary.PAD, BpeVocabulary.REWARD);

  /** Special tokens, then the bytes: no vocabulary is smaller. */
  public static final int SMALLEST_VOCABULARY = SPECIAL_TOKENS.size() + 256;

  // The order in which the best pair comes first; equal counts fall to the lower ids.
  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingLong(Candidate::count).reversed().thenComparingLong(Candidate::pair);

  private static final Pattern SPECIAL =
      Pattern.compile(String.join("|", SPECIAL_TOKENS.stream().map(Pattern::quote).toList()));

  private final int vocabularySize;
  private final long minimumCount;
  private final Map<String, long[]> wordCounts = new HashMap<>();
  private final Map<Long, Occurrences> pairs = new HashMap<>();
  private final Set<Long> grown = new LinkedHashSet<>();
  private Word[] words = {};

  /**
   * @param vocabularySize tokens in all, special tokens and bytes included; fewer come out when the
   *     texts have no more pairs
   * @param minimumCount a pair seen less often is never merged; at least 1, 2 is usual
   */
  public BpeTrainer(int vocabularySize, int minimumCount) {
    if (vocabularySize < SMALLEST_VOCABULARY) {
      throw new InputException(
          "vocabulary size must be at least "
              + SMALLEST_VOCABULARY
              + " (256 bytes and "
              + SPECIAL_TOKENS.size()
              + " special tokens), was "
              + vocabularySize);
    }
    if (minimumCount < 1) {
      throw new InputException("minimum pair count must be at least 1, was " + minimumCount);
    }
    this.vocabularySize = vocabularySize;
    this.minimumCount = minimumCount;
  }

  /** Counts the text's words. Special tokens in it separate texts and are not learned from. */
  public void add(String text) {
    ByteLevel.requireWholeCharacters(text);
    for (String part : SPECIAL.split(text)) {
      ByteLevel.words(part, word -> wordCounts.computeIfAbsent(word, w -> new long[1])[0]++);
    }
  }

  /** Learns the merges from all texts added so far. */
  public BpeVocabulary train() {
    List<String> tokens = new ArrayList<>(SPECIAL_TOKENS);
    tokens.addAll(ByteLevel.alphabet());
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      ids.put(tokens.get(id), id);
    }
    countPairs(ids);
    PriorityQueue<Candidate> queue = new PriorityQueue<>(BEST_FIRST);
    offerGrown(queue);

    List<BpeVocabulary.Merge> merges = new ArrayList<>();
    while (tokens.size() < vocabularySize) {
      Candidate best = queue.poll();
      if (best == null) {
        break;
      }
      Occurrences occurrences = occurrences(best.pair());
      if (occurrences.count != best.count()) {
        // An old count. Had the pair grown since, a newer candidate would be in the queue.
        if (occurrences.count < best.count() && occurrences.count >= minimumCount) {
          queue.add(new Candidate(occurrences.count, best.pair()));
        }
        continue;
      }
      String left = tokens.get(left(best.pair()));
      String right = tokens.get(right(best.pair()));
      merges.add(new BpeVocabulary.Merge(left, right));
      // The same token can come about in two ways: (ab, c) and (a, bc).
      Integer known = ids.putIfAbsent(left + right, tokens.size());
      int into = known == null ? tokens.size() : known;
      if (known == null) {
        tokens.add(left + right);
      }
      apply(best.pair(), into, occurrences);
      offerGrown(queue);
    }
    pairs.clear();
    words = new Word[0];
    return new BpeVocabulary(tokens, merges, SPECIAL_TOKENS);
  }

  private void countPairs(Map<String, Integer> ids) {
    words = new Word[wordCounts.size()];
    int index = 0;
    // Sorted, so that nothing depends on the hash order of strings.
    for (Map.Entry<String, long[]> entry : new TreeMap<>(wordCounts).entrySet()) {
      String spelled = ByteLevel.spell(entry.getKey());
      int[] symbols = new int[spelled.length()];
      for (int i = 0; i < symbols.length; i++) {
        symbols[i] = require(ids, spelled.substring(i, i + 1));
      }
      words[index] = new Word(symbols, entry.getValue()[0]);
      for (int i = 0; i + 1 < symbols.length; i++) {
        change(pair(symbols[i], symbols[i + 1]), entry.getValue()[0], index);
      }
      index++;
    }
  }

  private void apply(long pair, int into, Occurrences occurrences) {
    int left = left(pair);
    int right = right(pair);
    int[] where = occurrences.words;
    int places = occurrences.size;
    for (int p = 0; p < places; p++) {
      Word word = words[where[p]];
      int[] symbols = word.symbols;
      int length = word.length;
      int out = 0;
      for (int i = 0; i < length; i++) {
        if (i + 1 < length && symbols[i] == left && symbols[i + 1] == right) {
          if (out > 0) {
            change(pair(symbols[out - 1], left), -word.count, where[p]);
            change(pair(symbols[out - 1], into), word.count, where[p]);
          }
          if (i + 2 < length) {
            change(pair(right, symbols[i + 2]), -word.count, where[p]);
            change(pair(into, symbols[i + 2]), word.count, where[p]);
          }
          symbols[out++] = into;
          i++;
        } else {
          symbols[out++] = symbols[i];
        }
      }
      word.length = out;
    }
    pairs.remove(pair);
    grown.remove(pair);
  }

  private void change(long pair, long by, int word) {
    Occurrences occurrences = occurrences(pair);
    occurrences.count += by;
    if (by > 0) {
      occurrences.addWord(word);
      grown.add(pair);
    }
  }

  private Occurrences occurrences(long pair) {
    return pairs.computeIfAbsent(pair, p -> new Occurrences());
  }

  private void offerGrown(PriorityQueue<Candidate> queue) {
    for (long pair : grown) {
      long count = occurrences(pair).count;
      if (count >= minimumCount) {
        queue.add(new Candidate(count, pair));
      }
    }
    grown.clear();
  }

  private static int require(Map<String, Integer> ids, String symbol) {
    Integer id = ids.get(symbol);
    if (id == null) {
      throw new IllegalStateException("no id for the byte " + symbol);
    }
    return id;
  }

  private static long pair(int left, int right) {
    return ((long) left << 32) | right;
  }

  private static int left(long pair) {
    return (int) (pair >>> 32);
  }

  private static int right(long pair) {
    return (int) pair;
  }

  /** A pair and the count it had when it was put into the queue. */
  private record Candidate(long count, long pair) {}

  /**
   * A distinct word: its first {@code length} symbols as merged so far, and how often it stands.
   */
  private static final class Word {
    final int[] symbols;
    final long count;
    int length;

    Word(int[] symbols, long count) {
      this.symbols = symbols;
      this.count = count;
      this.length = symbols.length;
    }
  }

  /** How often a pair stands in the texts, and the words in which it stands or once stood. */
  private static final class Occurrences {
    long count;
    int[] words = new int[2];
    int size;

    void addWord(int word) {
      if (size > 0 && words[size - 1] == word) {
        return;
      }
      if (size == words.length) {
        words = Arrays.copyOf(words, 2 * size);
      }
      words[size++] = word;
    }
  }
}
