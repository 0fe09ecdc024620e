package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeduplicationTest {
  private static List<Prompt> prompts(String... texts) {
    List<Prompt> prompts = new ArrayList<>();
    for (String text : texts) {
      prompts.add(Prompt.plain("p" + prompts.size(), text));
    }
    return prompts;
  }

  @Test
  void promptsThatContainAnotherOneAreRemovedAndTheReportSaysWhy() {
    Deduplication result =
        Deduplication.byContainment(
            prompts(
                "Please write a poem about the sea now",
                "write a poem",
                "Write a\npoem",
                "something else entirely here"));
    assertThat(result.kept()).extracting(Prompt::id).containsExactly("p1", "p3");
    assertThat(result.removed())
        .extracting(Deduplication.Removed::toString)
        .containsExactly(
            "prompt 'p0' contains the whole of prompt 'p1'",
            "prompt 'p2' has the same text as prompt 'p1'");
  }

  @Test
  void containmentIsOfWholeWords() {
    assertThat(Deduplication.byContainment(prompts("a b cat", "xa b cats")).removed()).isEmpty();
  }

  @Test
  void veryShortPromptsDoNotRemoveEverythingAroundThem() {
    List<Prompt> prompts = prompts("hello", "hello, who are you", "hello who are you");
    assertThat(Deduplication.byContainment(prompts).removed()).isEmpty();
    assertThat(Deduplication.byContainment(prompts, 1).kept())
        .extracting(Prompt::id)
        .containsExactly("p0", "p1");
  }

  @Test
  void aLongCommonPrefixIsTheOtherRule() {
    Deduplication result =
        Deduplication.byPrefix(
            prompts("one two three four", "one two three five", "one two", "ONE two"), 3);
    assertThat(result.kept()).extracting(Prompt::id).containsExactly("p0", "p2");
    assertThat(result.removed())
        .extracting(Deduplication.Removed::reason)
        .containsExactly(Deduplication.Reason.SHARES_PREFIX, Deduplication.Reason.EQUAL);
  }

  @Test
  void containmentEqualsItsSlowTwin() {
    Random random = new Random(1);
    for (int round = 0; round < 50; round++) {
      String[] texts = new String[40];
      for (int i = 0; i < texts.length; i++) {
        StringBuilder text = new StringBuilder();
        int words = 3 + random.nextInt(6);
        for (int w = 0; w < words; w++) {
          text.append("abc".charAt(random.nextInt(3))).append(' ');
        }
        texts[i] = text.toString();
      }
      List<Prompt> prompts = prompts(texts);
      List<Prompt> expected =
          prompts.stream()
              .filter(
                  p ->
                      prompts.stream()
                          .noneMatch(
                              q ->
                                  q != p
                                      && padded(p).contains(padded(q))
                                      && (!padded(p).equals(padded(q))
                                          || prompts.indexOf(q) < prompts.indexOf(p))))
              .toList();
      assertThat(Deduplication.byContainment(prompts).kept()).isEqualTo(expected);
    }
  }

  private static String padded(Prompt prompt) {
    return " " + prompt.text().strip().toLowerCase(Locale.ROOT) + " ";
  }
}
