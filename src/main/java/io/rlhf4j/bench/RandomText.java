package io.rlhf4j.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Documents of made-up words, a few of which are frequent and most rare, as in any language. */
final class RandomText {
  private static final int WORDS = 10_000;
  private static final int LENGTH = 200;

  private final Random random;
  private final List<String> words;

  RandomText(long seed) {
    random = new Random(seed);
    Set<String> different = new LinkedHashSet<>();
    while (different.size() < WORDS) {
      different.add(word());
    }
    words = List.copyOf(different);
  }

  private String word() {
    StringBuilder word = new StringBuilder();
    for (int syllable = 1 + random.nextInt(4); syllable > 0; syllable--) {
      word.append("bdfghklmnprstvwz".charAt(random.nextInt(16)));
      word.append("aeiou".charAt(random.nextInt(5)));
      if (random.nextInt(3) == 0) {
        word.append("nrst".charAt(random.nextInt(4)));
      }
    }
    return word.toString();
  }

  List<String> documents(int count) {
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> document = new ArrayList<>();
      for (int j = 0; j < LENGTH; j++) {
        // Zipf's law: the word of rank r comes up in proportion to 1 / r.
        document.add(words.get((int) Math.pow(WORDS, random.nextDouble()) - 1));
      }
      documents.add(String.join(" ", document) + ".");
    }
    return documents;
  }
}
