package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.SharedFiles;
import io.rlhf4j.data.PromptIntake.Settings;
import io.rlhf4j.data.PromptIntake.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PromptIntakeTest {
  private static final Settings ENGLISH =
      new Settings(List.of("en"), false, 0, 0, 0, 0, 0, 1, false);

  @Test
  void everyPromptIsKeptHeldOrDroppedForOneReason() {
    List<Prompt> prompts =
        List.of(
            api("1", "Write a poem about the sea for my little daughter", "u1"),
            api("2", "Schreibe bitte ein Gedicht über das Meer für meine kleine Tochter", "u1"),
            api("3", "write a poem about  the sea for my little daughter", "u2"),
            api("4", "Please write a poem about the sea for my little daughter today", "u2"),
            api("5", "Answer the mail of ann@example.com in two friendly sentences", "u3"),
            api("6", "How do plants know when it is time to bloom in spring?", "u4"),
            api("7", "How does a bee find the way home to its own hive?", "u4"));
    PromptIntake intake =
        PromptIntake.run(prompts, new Settings(List.of("en"), true, 0, 0, 1, 0, 0, 1, true));
    assertThat(intake.kept()).extracting(Prompt::id).containsExactly("1", "6");
    assertThat(intake.held()).extracting(held -> held.prompt().id()).containsExactly("5");
    assertThat(intake.held().get(0).findings().get(0).text()).isEqualTo("ann@example.com");
    assertThat(intake.dropped())
        .extracting(
            gone -> gone.prompt().id(), PromptIntake.Dropped::step, PromptIntake.Dropped::keptId)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("2", Step.LANGUAGE, null),
            org.assertj.core.groups.Tuple.tuple("3", Step.EQUAL, "1"),
            org.assertj.core.groups.Tuple.tuple("4", Step.CONTAINS, "1"),
            org.assertj.core.groups.Tuple.tuple("7", Step.USER_CAP, null));
    assertThat(intake.dropped().get(0).why()).isEqualTo("looks like German; wanted: en");
    assertThat(intake.dropped().get(3).why())
        .isEqualTo("user 'u4' sent 2 prompts; the first 1 stay");
    assertThat(intake.counts())
        .isEqualTo(
            Map.of(
                Step.LANGUAGE,
                1,
                Step.EQUAL,
                1,
                Step.CONTAINS,
                1,
                Step.SHARES_PREFIX,
                0,
                Step.NEARLY_EQUAL,
                0,
                Step.USER_CAP,
                1));
  }

  @Test
  void personalDataIsLookedForInTheTrainingSplitOnly() {
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      prompts.add(api("p" + i, "Number " + i + ": write to ann" + i + "@example.com", "u" + i));
    }
    PromptIntake intake =
        PromptIntake.run(prompts, new Settings(List.of(), false, 0, 0, 0, 0.25, 0, 1, true));
    assertThat(intake.held()).hasSize(30).allMatch(h -> h.prompt().split() == Split.TRAIN);
    assertThat(intake.kept()).hasSize(10).allMatch(p -> p.split() == Split.VALID);
  }

  @Test
  void shortTextsThatFitManyLanguagesPass() {
    List<Prompt> prompts =
        List.of(api("1", "hello", null), api("2", "What is 2+2?", null), api("3", "a + b", null));
    assertThat(PromptIntake.run(prompts, ENGLISH).kept()).hasSize(3);
  }

  @Test
  void hardlyAnyRealEnglishPromptIsTakenForAnotherLanguage() {
    List<Prompt> prompts =
        DatasetReader.readPrompts(
            SharedFiles.require("data/instructions/self-instruct-user-oriented-252.jsonl"));
    assertThat(PromptIntake.run(prompts, ENGLISH).dropped().size()).isLessThanOrEqualTo(8);
  }

  @Test
  void aLanguageThatIsNoCodeIsRefused() {
    assertThatThrownBy(() -> LanguageGuess.of("hello").isOther(List.of("qq")))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void nearDuplicatesAreThoseThatAnExhaustiveComparisonFinds() {
    // 60 texts of 40 words; half repeat an earlier one with 0 to 3 words changed.
    Random random = new Random(7);
    List<Prompt> prompts = new ArrayList<>();
    List<String[]> texts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String[] words = new String[40];
      for (int w = 0; w < words.length; w++) {
        words[w] = "w" + random.nextInt(500);
      }
      if (i % 2 == 1) {
        words = texts.get(random.nextInt(texts.size())).clone();
        for (int change = random.nextInt(4); change > 0; change--) {
          words[random.nextInt(words.length)] = "new" + random.nextInt(500);
        }
      }
      texts.add(words);
      prompts.add(Prompt.plain("p" + i, String.join(" ", words)));
    }
    // The slow twin: compare each with all that stayed.
    List<String> kept = new ArrayList<>();
    List<Prompt> stayed = new ArrayList<>();
    for (Prompt prompt : prompts) {
      boolean repeats =
          stayed.stream()
              .anyMatch(
                  s ->
                      MinHashIndex.similarity(
                              SimilarPrompts.triples(s.text()),
                              SimilarPrompts.triples(prompt.text()))
                          >= 0.7);
      if (!repeats) {
        stayed.add(prompt);
        kept.add(prompt.id());
      }
    }
    assertThat(kept.size()).isBetween(25, 55);
    assertThat(SimilarPrompts.remove(prompts, 0.7).kept()).extracting(Prompt::id).isEqualTo(kept);
  }

  private static Prompt api(String id, String text, @Nullable String user) {
    return new Prompt(id, List.of(Message.user(text)), user, null, PromptKind.API, Split.TRAIN);
  }
}
