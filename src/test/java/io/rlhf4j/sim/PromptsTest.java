package io.rlhf4j.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.Split;
import io.rlhf4j.data.UseCase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PromptsTest {
  private static final World WORLD = World.create(7);
  private static final Prompts PROMPTS = new Prompts(WORLD);
  private static final List<SimPrompt> TRAIN = PROMPTS.api(4_000, Split.TRAIN, 1);
  private static final List<SimPrompt> TEST = PROMPTS.api(1_000, Split.TEST, 1);
  private static final List<SimPrompt> WRITTEN = PROMPTS.labelerWritten(2_000, Split.TRAIN, 1);

  @Test
  void theSameSeedGivesTheSamePrompts() {
    assertThat(new Prompts(World.create(7)).api(4_000, Split.TRAIN, 1)).isEqualTo(TRAIN);
    assertThat(PROMPTS.api(100, Split.TRAIN, 2)).isNotEqualTo(TRAIN.subList(0, 100));
  }

  @Test
  void useCasesComeInTheSharesOfTableOne() {
    for (UseCase useCase : UseCase.values()) {
      double share =
          100.0
              * TRAIN.stream().filter(p -> p.prompt().useCase() == useCase).count()
              / TRAIN.size();
      double wanted = Tasks.SHARES[useCase.ordinal()];
      // Three standard errors of a share drawn 4,000 times, and a little for refused duplicates.
      double margin = 300 * Math.sqrt(wanted / 100 * (1 - wanted / 100) / TRAIN.size()) + 0.8;
      assertThat(share).as(useCase.name()).isBetween(wanted - margin, wanted + margin);
    }
  }

  @Test
  void noUserAndNoTextStandsInTwoSplits() {
    Set<String> users = new HashSet<>();
    Set<String> texts = new HashSet<>();
    for (Split split : Split.values()) {
      List<SimPrompt> prompts = PROMPTS.api(800, split, 3);
      Set<String> here = new HashSet<>();
      Set<String> textsHere = new HashSet<>();
      for (SimPrompt prompt : prompts) {
        here.add(String.valueOf(prompt.prompt().user()));
        textsHere.add(prompt.prompt().text());
        assertThat(prompt.prompt().split()).isEqualTo(split);
      }
      assertThat(textsHere).hasSize(prompts.size());
      assertThat(users).doesNotContainAnyElementsOf(here);
      assertThat(texts).doesNotContainAnyElementsOf(textsHere);
      users.addAll(here);
      texts.addAll(textsHere);
    }
  }

  @Test
  void usersSendAboutSixPromptsInTraining() {
    long users = TRAIN.stream().map(p -> p.prompt().user()).distinct().count();
    assertThat(TRAIN.size() / (double) users).isBetween(5.0, 7.0);
  }

  @Test
  void promptsAreShortAndEndWithANewline() {
    List<SimPrompt> all = new ArrayList<>(TRAIN);
    all.addAll(WRITTEN);
    all.addAll(TEST);
    for (SimPrompt prompt : all) {
      assertThat(prompt.prompt().text()).endsWith("\n");
      assertThat(Web.words(prompt.prompt().text())).isBetween(2, Prompts.LONGEST_WORDS);
    }
  }

  @Test
  void completionsAreShort() {
    Dice dice = new Dice(1);
    for (SimPrompt prompt : TRAIN) {
      String answer = prompt.task().answer(Voice.careful(WORLD), dice);
      assertThat(Web.words(answer)).as(answer).isBetween(2, 45);
    }
  }

  @Test
  void labelersWriteAllThreeKindsAndUsersOnlyApiPrompts() {
    assertThat(WRITTEN.stream().map(p -> p.prompt().kind()).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(PromptKind.PLAIN, PromptKind.FEW_SHOT, PromptKind.USER_BASED);
    assertThat(TRAIN).allMatch(p -> p.prompt().kind() == PromptKind.API);
  }

  @Test
  void aQuarterHasConstraintsAndSomeProvokeOrGiveATextToWorkOn() {
    double constrained =
        share(p -> p.task().constraints().stream().anyMatch(c -> !c.request().isEmpty()));
    assertThat(constrained).isBetween(0.20, 0.30);
    assertThat(share(p -> p.task().provoking())).isBetween(0.02, 0.08);
    assertThat(share(p -> p.task().closedDomain())).isBetween(0.06, 0.12);
  }

  @Test
  void trainingNeverAsksAboutHeldOutMyths() {
    assertThat(TRAIN).noneMatch(p -> p.task().subjects().stream().anyMatch(WORLD::heldOut));
    assertThat(TEST).anyMatch(p -> p.task().subjects().stream().anyMatch(WORLD::heldOut));
    Dice dice = new Dice(2);
    for (SimPrompt prompt : TRAIN) {
      if (prompt.task().closedDomain()) {
        continue;
      }
      for (Reading.Claim claim :
          Reading.of(prompt.task().answer(Voice.careful(WORLD), dice)).claims()) {
        assertThat(WORLD.heldOut(claim.fact())).as(claim.toString()).isFalse();
      }
    }
  }

  private static double share(java.util.function.Predicate<SimPrompt> test) {
    return TRAIN.stream().filter(test).count() / (double) TRAIN.size();
  }
}
