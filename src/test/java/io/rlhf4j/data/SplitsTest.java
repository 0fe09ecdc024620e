package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SplitsTest {
  private static Prompt prompt(int number, String text, @Nullable String user) {
    return new Prompt(
        "p" + number, List.of(Message.user(text)), user, null, PromptKind.API, Split.TRAIN);
  }

  @Property(tries = 100)
  void noUserAndNoTextWithoutUserStandsInTwoParts(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int count) {
    Random random = new Random(seed);
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String user = random.nextBoolean() ? "u" + random.nextInt(20) : null;
      prompts.add(prompt(i, "text " + random.nextInt(30), user));
    }
    Map<String, Split> where = new HashMap<>();
    for (Prompt p : new Splits(0.2, 0.1, seed).assign(prompts)) {
      Split before = where.putIfAbsent(p.user() == null ? p.text() : "user " + p.user(), p.split());
      assertThat(before == null || before == p.split()).isTrue();
    }
  }

  @Test
  void thePartsHaveTheSharesAskedFor() {
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      prompts.add(prompt(i, "text " + i, i % 2 == 0 ? "u" + i % 100 : null));
    }
    List<Prompt> dealt = new Splits(0.2, 0.1, 1).assign(prompts);
    // Users have 20 prompts each, so a part may miss its share by 10.
    assertThat(dealt.stream().filter(p -> p.split() == Split.VALID).count()).isBetween(190L, 210L);
    assertThat(dealt.stream().filter(p -> p.split() == Split.TEST).count()).isBetween(90L, 110L);
    assertThat(dealt).extracting(Prompt::id).isEqualTo(prompts.stream().map(Prompt::id).toList());
  }

  @Test
  void tenPromptsGiveOneForTheTest() {
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      prompts.add(prompt(i, "text " + i, null));
    }
    assertThat(new Splits(0.1, 0.1, 5).assign(prompts))
        .extracting(Prompt::split)
        .containsOnlyOnce(Split.TEST, Split.VALID);
  }

  @Test
  void theOrderOfPromptsDoesNotMatterButTheSeedDoes() {
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      prompts.add(prompt(i, "text " + i, null));
    }
    List<Prompt> reversed = new ArrayList<>(prompts);
    Collections.reverse(reversed);
    Splits splits = new Splits(0.3, 0.2, 1);
    assertThat(splits.assign(reversed)).containsExactlyInAnyOrderElementsOf(splits.assign(prompts));
    assertThat(new Splits(0.3, 0.2, 2).assign(prompts)).isNotEqualTo(splits.assign(prompts));
  }

  @Test
  void sharesThatLeaveNothingForTrainingAreRefused() {
    assertThatThrownBy(() -> new Splits(0.5, 0.5, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("were 0.5 and 0.5");
  }

  @Test
  void usersKeepTheirFirstPromptsUpToTheCap() {
    List<Prompt> prompts =
        List.of(
            prompt(0, "a", "ann"),
            prompt(1, "b", "ann"),
            prompt(2, "c", null),
            prompt(3, "d", "ann"),
            prompt(4, "e", "bob"),
            prompt(5, "f", null),
            prompt(6, "g", null));
    UserCap capped = UserCap.apply(prompts, 2);
    assertThat(capped.kept())
        .extracting(Prompt::id)
        .containsExactly("p0", "p1", "p2", "p4", "p5", "p6");
    assertThat(capped.removed()).isEqualTo(Map.of("ann", 1));
  }
}
