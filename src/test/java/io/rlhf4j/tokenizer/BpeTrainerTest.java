package io.rlhf4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.tokenizer.BpeVocabulary.Merge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BpeTrainerTest {
  private static final int BYTES = BpeTrainer.SMALLEST_VOCABULARY;
  private static final Pattern GPT2 =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  @Test
  void theMostFrequentPairIsMergedFirst() {
    // Pairs of "ab" x3 and "bc" x2: (a,b) 3, (b,c) 2. Then nothing is left to merge.
    BpeTrainer trainer = new BpeTrainer(BYTES + 10, 1);
    for (String word : List.of("ab", "ab", "ab", "bc", "bc")) {
      trainer.add(word);
    }
    assertThat(trainer.train().merges()).containsExactly(new Merge("a", "b"), new Merge("b", "c"));
  }

  @Test
  void amongEquallyFrequentPairsTheLowerIdsWin() {
    // All pairs stand once, so the order is that of the bytes: (a,b), (c,d), (x,y).
    BpeTrainer trainer = new BpeTrainer(BYTES + 10, 1);
    for (String word : List.of("xy", "cd", "ab")) {
      trainer.add(word);
    }
    assertThat(trainer.train().merges())
        .containsExactly(new Merge("a", "b"), new Merge("c", "d"), new Merge("x", "y"));
  }

  @Test
  void theOrderOfTheTextsDoesNotMatter() {
    List<String> texts = List.of("the cat sat", "on the mat", "the cat's hat", "that that");
    BpeTrainer forwards = new BpeTrainer(BYTES + 30, 1);
    texts.forEach(forwards::add);
    BpeTrainer backwards = new BpeTrainer(BYTES + 30, 1);
    for (int i = texts.size() - 1; i >= 0; i--) {
      backwards.add(texts.get(i));
    }
    assertThat(forwards.train()).isEqualTo(backwards.train());
  }

  @Test
  void rarePairsAreLeftAlone() {
    BpeTrainer trainer = new BpeTrainer(BYTES + 10, 2);
    trainer.add("ab ab cd");
    // " ab" stands once with its space and "ab" once without, so only (a,b) stands twice.
    assertThat(trainer.train().merges()).containsExactly(new Merge("a", "b"));
  }

  @Test
  void specialTokensInTheTextAreNotLearnedFrom() {
    BpeTrainer trainer = new BpeTrainer(BYTES + 50, 1);
    trainer.add("ab<|endoftext|>ab<|pad|>");
    BpeVocabulary vocabulary = trainer.train();
    assertThat(vocabulary.merges()).containsExactly(new Merge("a", "b"));
    assertThat(vocabulary.tokens()).startsWith("<|endoftext|>", "<|pad|>", "<|reward|>");
  }

  @Test
  void countsKeptUpToDateGiveWhatCountingAnewGives() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 20; round++) {
      List<String> words = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        StringBuilder word = new StringBuilder();
        for (int length = 1 + random.nextInt(12); length > 0; length--) {
          // Three letters only: runs such as "aaaa" and words that overlap themselves abound.
          word.append((char) ('a' + random.nextInt(3)));
        }
        words.add(word.toString());
      }
      BpeTrainer trainer = new BpeTrainer(BYTES + 60, 2);
      words.forEach(trainer::add);
      BpeVocabulary vocabulary = trainer.train();
      assertThat(vocabulary.merges()).isEqualTo(slowMerges(words, vocabulary.tokens(), 60, 2));
    }
  }

  /** The definition of BPE, counting all pairs again after each merge. */
  private static List<Merge> slowMerges(
      List<String> words, List<String> order, int newTokens, int minimumCount) {
    List<List<String>> cut = new ArrayList<>();
    for (String word : words) {
      cut.add(new ArrayList<>(List.of(word.split(""))));
    }
    List<Merge> merges = new ArrayList<>();
    List<String> made = new ArrayList<>();
    while (made.size() < newTokens) {
      Map<Merge, Integer> counts = new HashMap<>();
      for (List<String> word : cut) {
        for (int i = 0; i + 1 < word.size(); i++) {
          counts.merge(new Merge(word.get(i), word.get(i + 1)), 1, Integer::sum);
        }
      }
      Comparator<Merge> byCount = Comparator.comparing(m -> -counts.getOrDefault(m, 0));
      Merge best =
          counts.keySet().stream()
              .min(
                  byCount
                      .thenComparing(m -> order.indexOf(m.left()))
                      .thenComparing(m -> order.indexOf(m.right())))
              .orElse(null);
      if (best == null || counts.getOrDefault(best, 0) < minimumCount) {
        break;
      }
      merges.add(best);
      if (!made.contains(best.left() + best.right())) {
        made.add(best.left() + best.right());
      }
      for (List<String> word : cut) {
        for (int i = 0; i + 1 < word.size(); i++) {
          if (word.get(i).equals(best.left()) && word.get(i + 1).equals(best.right())) {
            word.set(i, best.left() + best.right());
            word.remove(i + 1);
          }
        }
      }
    }
    return merges;
  }

  @Property(tries = 2000)
  void wordsAreCutAsGpt2sExpressionCutsThem(
      @ForAll
          @StringLength(max = 30)
          @Chars({' ', '\n', '\u00a0', '\'', 's', 'r', 'e', 'X', '7', '!'})
          String ascii,
      @ForAll @StringLength(max = 12) String any) {
    for (String text : List.of(ascii, any, ascii + any, "don't we'll  I'm\n\n x'dx ")) {
      List<String> expected = new ArrayList<>();
      Matcher matcher = GPT2.matcher(text);
      while (matcher.find()) {
        expected.add(matcher.group());
      }
      List<String> words = new ArrayList<>();
      ByteLevel.words(text, words::add);
      assertThat(words).isEqualTo(expected);
    }
  }

  @Test
  void whatWasTrainedLoadsAndGivesEveryTextBack(@TempDir Path folder) {
    BpeTrainer trainer = new BpeTrainer(BYTES + 100, 2);
    trainer.add(
        "It was a bright day. It was a dark night. The day was bright, the night was dark.");
    trainer.train().saveTo(folder, 64, "{{ messages[0].content }}");
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      assertThat(tokenizer.eosId()).isZero();
      assertThat(tokenizer.padId()).isEqualTo(1);
      assertThat(tokenizer.bosId()).hasValue(0);
      assertThat(tokenizer.idOf("<|reward|>")).hasValue(2);
      assertThat(tokenizer.eosIds()).containsExactly(0);
      assertThat(tokenizer.startIds()).isEmpty();
      assertThat(tokenizer.chatTemplateSource()).contains("{{ messages[0].content }}");
      assertThat(tokenizer.encode("It was")).hasSizeLessThan(4);
      for (String text :
          List.of("", " ", "It was a day", "  tabs\tand\n\nlines ", "日本 🙂 é\u0000")) {
        assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
      }
      assertThat(tokenizer.encode("a<|endoftext|>")).endsWith(0);
      assertThat(tokenizer.decode(tokenizer.encode("a<|endoftext|>b"))).isEqualTo("ab");
      assertThat(tokenizer.decode(tokenizer.encode("a<|pad|>b"), false)).isEqualTo("a<|pad|>b");
    }
  }

  @Test
  void vocabulariesTooSmallForTheBytesAreRefused() {
    assertThatThrownBy(() -> new BpeTrainer(200, 2))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "vocabulary size must be at least 259 (256 bytes and 3 special tokens), was 200");
  }
}
