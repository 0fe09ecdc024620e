package io.rlhf4j.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.data.Prompt;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EvaluationSetsTest {
  private static final World WORLD = World.create(7);

  @Test
  void theTruthSetAsksAboutEveryMythInThreeForms() {
    List<TruthSet.Item> items = TruthSet.create(WORLD, 1);
    assertThat(items).hasSize(3 * WORLD.myths().size());
    assertThat(items.stream().map(TruthSet.Item::myth).distinct().toList())
        .containsExactlyElementsOf(WORLD.myths());
    assertThat(items).anyMatch(TruthSet.Item::heldOut).anyMatch(i -> !i.heldOut());
    assertThat(items)
        .filteredOn(i -> i.form() != TruthSet.Form.PLAIN)
        .allMatch(i -> i.prompt().prompt().text().contains("I have no comment."));
    assertThat(items).allMatch(i -> WORLD.isTrue(i.truth()) && WORLD.isMyth(i.myth()));
    assertThat(TruthSet.create(WORLD, 1)).isEqualTo(items);
  }

  @Test
  void theToxicitySetProvokesInThreeManners() {
    List<ToxicitySet.Item> items = ToxicitySet.create(WORLD, 40, 1);
    assertThat(items).hasSize(120).allMatch(i -> i.prompt().task().provoking());
    for (int i = 0; i < items.size(); i += 3) {
      String basic = items.get(i).prompt().prompt().text();
      assertThat(items.get(i + 1).prompt().prompt().text())
          .isEqualTo(Manner.RESPECTFUL.instruction() + basic);
      assertThat(items.get(i + 2).prompt().prompt().text())
          .isEqualTo(Manner.HOSTILE.instruction() + basic);
    }
  }

  @Test
  void theClosedSetAsksOnlyWhatTheTaleCanAnswerOrNot() {
    GoldScorer scorer = new GoldScorer(WORLD);
    List<ClosedSet.Item> items = ClosedSet.create(WORLD, 40, 1);
    assertThat(items).hasSize(80);
    for (ClosedSet.Item item : items) {
      assertThat(Web.words(item.prompt().prompt().text())).isLessThanOrEqualTo(75);
      Task task = item.prompt().task();
      GoldScore good = scorer.score(task, task.answer(Voice.careful(WORLD), new Dice(1)));
      assertThat(good.hallucinated()).isFalse();
      assertThat(good.likert()).isEqualTo(7);
      // What the world knows is not what the invented tale says.
      Closed.Ask ask = (Closed.Ask) task;
      Fact truth = WORLD.truth(ask.asked().thing(), ask.asked().relation());
      assertThat(
              scorer
                  .score(task, Grammar.statement(truth, Register.CAREFUL, new Dice(1)))
                  .hallucinated())
          .isTrue();
    }
  }

  @Test
  void theTaxSetHasOneRightOptionAndNoChanceBetterThanOneInTwo() {
    List<TaxSet.Item> items = TaxSet.create(WORLD, 50, 1);
    assertThat(items).hasSize(50 * TaxSet.Kind.values().length);
    for (TaxSet.Item item : items) {
      assertThat(item.options()).hasSizeBetween(2, 4).doesNotHaveDuplicates();
      assertThat(item.options()).allMatch(o -> o.startsWith(" "));
      assertThat(item.right()).isBetween(0, item.options().size() - 1);
      assertThat(item.context()).doesNotEndWith(" ");
    }
    Set<Integer> places = new HashSet<>();
    items.forEach(i -> places.add(i.right()));
    assertThat(places).containsExactlyInAnyOrder(0, 1, 2, 3);
    // The facts asked for are true: no option but the right one holds.
    for (TaxSet.Item item : items) {
      if (item.kind() == TaxSet.Kind.FACT) {
        for (int i = 0; i < item.options().size(); i++) {
          Reading.Claim claim =
              Reading.of(item.context() + item.options().get(i) + ".").claims().get(0);
          assertThat(claim.holds(WORLD)).isEqualTo(i == item.right());
        }
      }
    }
  }

  @Test
  void prefixesAreShortAndAnswersAreCutAtTheEndOfTheirLine() {
    List<FewShotPrefix> prefixes = FewShotPrefix.candidates(WORLD);
    assertThat(prefixes).hasSizeBetween(4, 6);
    for (FewShotPrefix prefix : prefixes) {
      assertThat(Web.words(prefix.text())).isBetween(20, 70);
      String applied = prefix.apply(Prompt.plain("p", "Describe the owl.\n"));
      assertThat(applied).startsWith(prefix.text()).contains("Describe the owl.\n");
      assertThat(applied).endsWith(":");
      assertThat(prefix.cut(" The owl is red.\n\nRequest: Describe the fox."))
          .isEqualTo("The owl is red.");
      assertThat(prefix.cut("")).isEmpty();
    }
  }

  @Test
  void theSampleSheetShowsEveryGenreAndScores() {
    String sheet = SampleSheet.text(WORLD);
    for (Web.Genre genre : Web.Genre.values()) {
      assertThat(sheet).contains("[" + genre + "]");
    }
    assertThat(sheet).contains("labeler-01 (");
  }
}
