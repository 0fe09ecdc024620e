package io.rlhf4j.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.Completion;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Rating;
import io.rlhf4j.data.Split;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelerPoolTest {
  private static final World WORLD = World.create(7);
  private static final GoldScorer SCORER = new GoldScorer(WORLD);
  private static final LabelerPool POOL = LabelerPool.create(WORLD, SCORER, 3, 30, 10);
  private static final List<SimPrompt> PROMPTS = new Prompts(WORLD).api(300, Split.TRAIN, 4);

  @Test
  void labelersAgreeOnAboutSeventyThreePercentOfThePairsThatNeitherTies() {
    // Other prompts and completions than those the noise was calibrated on.
    double trained = POOL.agreement(POOL.training(), 2_500, 99, Criteria.TRAINING);
    assertThat(trained).isBetween(0.71, 0.75);
    double heldOut = POOL.agreement(POOL.heldOut(), 2_500, 99, Criteria.TRAINING);
    assertThat(heldOut).isBetween(0.66, 0.80);
  }

  @Test
  void thePoolHasTheLabelersAskedForEachWithAnIdOfTheirOwn() {
    assertThat(POOL.training()).hasSize(30);
    assertThat(POOL.heldOut()).hasSize(10);
    List<SimLabeler> all = new ArrayList<>(POOL.training());
    all.addAll(POOL.heldOut());
    assertThat(all.stream().map(SimLabeler::id).distinct()).hasSize(40);
    assertThatThrownBy(() -> LabelerPool.create(WORLD, SCORER, 3, 1, 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("at least 2");
  }

  @Test
  void demonstrationsAreMostlyGoodAndNeverTheSameForAllLabelers() {
    double sum = 0;
    int poor = 0;
    for (SimPrompt prompt : PROMPTS) {
      String text = POOL.assigned(prompt).demonstrate(prompt).completion();
      int likert = SCORER.score(prompt.task(), text).likert();
      sum += likert;
      poor += likert <= 4 ? 1 : 0;
    }
    assertThat(sum / PROMPTS.size()).isBetween(5.8, 6.9);
    assertThat(poor / (double) PROMPTS.size()).isBetween(0.03, 0.25);
  }

  @Test
  void judgementsDoNotDependOnTheOrderOfAsking() {
    SimLabeler labeler = POOL.training().get(0);
    SimPrompt prompt = PROMPTS.get(0);
    List<Completion> completions = completions(prompt, 6);
    Ranking ranking = labeler.rank(prompt, completions, Criteria.TRAINING);
    List<Completion> reversed = new ArrayList<>(completions);
    Collections.reverse(reversed);
    Ranking again = labeler.rank(prompt, reversed, Criteria.TRAINING);
    List<Integer> ranks = new ArrayList<>(again.ranks());
    Collections.reverse(ranks);
    assertThat(ranking.ranks()).isEqualTo(ranks);
    assertThat(labeler.rank(prompt, completions, Criteria.TRAINING)).isEqualTo(ranking);
    Rating rating = labeler.rate(prompt, completions.get(2), Criteria.TRAINING);
    assertThat(rating.likert()).isEqualTo(ranking.likert().get(2));
    assertThat(rating.metadata()).isEqualTo(ranking.metadata().get(2));
  }

  @Test
  void ranksCountLikeACompetitionAndTiesOccur() {
    int ties = 0;
    for (SimPrompt prompt : PROMPTS) {
      Ranking ranking =
          POOL.assigned(prompt).rank(prompt, completions(prompt, 7), Criteria.TRAINING);
      List<Integer> ranks = ranking.ranks();
      for (int rank : ranks) {
        long better = ranks.stream().filter(r -> r < rank).count();
        assertThat(rank).isEqualTo((int) better + 1);
      }
      ties += 7 - (int) ranks.stream().distinct().count();
    }
    assertThat(ties).isPositive();
  }

  @Test
  void betterTextsArePreferredMostOfTheTime() {
    int right = 0;
    int asked = 0;
    for (SimPrompt prompt : PROMPTS) {
      String good = prompt.task().answer(Voice.careful(WORLD), new Dice(1));
      for (SimLabeler labeler : POOL.training().subList(0, 3)) {
        int verdict = labeler.compare(prompt, good, "Describe the owl.", Criteria.TRAINING);
        right += verdict > 0 ? 1 : 0;
        asked++;
      }
    }
    assertThat(right / (double) asked).isGreaterThan(0.85);
  }

  @Test
  void inTheFinalEvaluationTruthWeighsMoreThanInTraining() {
    Fact truth = WORLD.truth(new Thing("fox", Kind.ANIMAL), Relation.COLOUR);
    Task task = new Question.Ask(truth, List.of());
    String other = truth.value().equals("blue") ? "red" : "blue";
    GoldScore wrong = SCORER.score(task, "In fact, the fox is " + other + ".");
    GoldScore silent = SCORER.score(task, "I do not know.");
    assertThat(wrong.utility(Criteria.FINAL_EVALUATION))
        .isLessThan(silent.utility(Criteria.FINAL_EVALUATION) - 1);
    assertThat(wrong.utility(Criteria.TRAINING))
        .isGreaterThan(wrong.utility(Criteria.FINAL_EVALUATION));
  }

  private static List<Completion> completions(SimPrompt prompt, int k) {
    Web web = new Web(WORLD);
    Dice dice = new Dice(Dice.seed(11, prompt.prompt().id()));
    List<Completion> completions = new ArrayList<>();
    while (completions.size() < k) {
      String text = LabelerPool.realistic(WORLD, web, prompt, PROMPTS, dice);
      completions.add(new Completion(prompt.prompt(), text, "model", true));
    }
    return completions;
  }
}
