package io.rlhf4j.stats;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@link TextClassifier} sees of a text: hashed numbers of its words and letters. Two
 * features may share a number; with many more numbers than features in a text that rarely matters.
 */
public enum TextFeatures {
  /** Words, word pairs, and runs of 3 to 5 letters, so that misspelt words are recognised. */
  TEXT {
    @Override
    void hash(String context, String text, IntConsumer out) {
      List<String> words = words(text);
      sequences(words, 2, 0, out);
      for (String word : words) {
        String edged = "<" + word + ">";
        for (int n = 3; n <= 5; n++) {
          for (int i = 0; i + n <= edged.length(); i++) {
            out.accept(mix(n + 100, edged.substring(i, i + n).hashCode()));
          }
        }
      }
    }
  },

  /**
   * An answer to a question: sequences of up to 3 words, the same together with the question, pairs
   * of a word of the question and a word of the answer, how it begins and how long it is.
   */
  ANSWER {
    @Override
    void hash(String context, String text, IntConsumer out) {
      List<String> words = words(text);
      List<String> asked = words(context);
      sequences(words, 3, 0, out);
      sequences(words, 3, String.join(" ", asked).hashCode(), out);
      for (String question : asked) {
        for (String word : words) {
          out.accept(mix(7, 31 * question.hashCode() + word.hashCode()));
        }
      }
      for (int n = 1; n <= Math.min(3, words.size()); n++) {
        out.accept(mix(11, words.subList(0, n).hashCode()));
      }
      out.accept(mix(13, 32 - Integer.numberOfLeadingZeros(words.size())));
    }
  };

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+|[^\\s\\p{L}\\p{N}]");

  abstract void hash(String context, String text, IntConsumer out);

  /** The numbers of a text's features in [0, 2^bits), ascending, each once. */
  int[] indices(String context, String text, int bits) {
    IntBuffer found = new IntBuffer();
    hash(context, text, h -> found.add((h * 0x9E3779B1) >>> (32 - bits)));
    int[] all = Arrays.copyOf(found.values, found.size);
    Arrays.sort(all);
    int kept = 0;
    for (int i = 0; i < all.length; i++) {
      if (i == 0 || all[i] != all[i - 1]) {
        all[kept++] = all[i];
      }
    }
    return Arrays.copyOf(all, kept);
  }

  private static final class IntBuffer {
    int[] values = new int[256];
    int size;

    void add(int value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }
  }

  private static List<String> words(String text) {
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    return matcher.results().map(result -> result.group()).toList();
  }

  private static void sequences(List<String> words, int longest, int salt, IntConsumer out) {
    for (int n = 1; n <= longest; n++) {
      for (int i = 0; i + n <= words.size(); i++) {
        out.accept(mix(n, salt + words.subList(i, i + n).hashCode()));
      }
    }
  }

  /** Spreads neighbouring hashes (the finaliser of MurmurHash3). */
  private static int mix(int kind, int hash) {
    int h = hash + kind * 0x85EBCA6B;
    h = (h ^ (h >>> 16)) * 0x85EBCA6B;
    h = (h ^ (h >>> 13)) * 0xC2B2AE35;
    return h ^ (h >>> 16);
  }
}
