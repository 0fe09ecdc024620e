package io.rlhf4j.sim;

import io.rlhf4j.data.Completion;
import io.rlhf4j.data.Demonstration;
import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Rating;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A simulated labeler: sees what the world knows about a text, weighs it in their own way, and
 * errs. Every judgement is seeded by labeler, prompt and text, so it does not depend on the order
 * of asking. They hand in the same records as people do.
 */
public final class SimLabeler {
  /**
   * What makes this labeler different from others.
   *
   * @param helpful factor on what helpfulness is worth, around 1
   * @param truthful factor on what untruth costs, around 1
   * @param harmless factor on what rudeness and harm cost, around 1
   * @param length points that a text of 30 words gains (or loses) against one of 10
   * @param plain points that a text without a careful opening gains (or loses)
   * @param noise standard deviation of their judgement, as a factor on the pool's
   * @param tie texts closer than this many points are tied
   * @param care 0..1: how often a demonstration is as good as they can
   */
  record Character(
      double helpful,
      double truthful,
      double harmless,
      double length,
      double plain,
      double noise,
      double tie,
      double care) {

    static Character draw(Dice dice) {
      return new Character(
          Math.exp(0.2 * dice.gaussian()),
          Math.exp(0.25 * dice.gaussian()),
          Math.exp(0.25 * dice.gaussian()),
          0.4 * dice.gaussian(),
          0.25 * dice.gaussian(),
          0.7 + 0.6 * dice.uniform(),
          0.2 + 0.6 * dice.uniform(),
          0.6 + 0.35 * dice.uniform());
    }
  }

  /** How often a box of Table 3 is ticked wrongly. */
  private static final double SLIP = 0.04;

  private final String id;
  private final Character character;
  private final double noiseScale;
  private final World world;
  private final GoldScorer scorer;
  private final long seed;

  SimLabeler(
      String id,
      Character character,
      double noiseScale,
      World world,
      GoldScorer scorer,
      long seed) {
    this.id = id;
    this.character = character;
    this.noiseScale = noiseScale;
    this.world = world;
    this.scorer = scorer;
    this.seed = seed;
  }

  public String id() {
    return id;
  }

  SimLabeler withNoise(double scale) {
    return new SimLabeler(id, character, scale, world, scorer, seed);
  }

  /** Writes an answer; its quality varies with the labeler's care. */
  public Demonstration demonstrate(SimPrompt prompt) {
    Dice dice = new Dice(Dice.seed(seed, id, "demonstration", prompt.prompt().id()));
    return new Demonstration(
        prompt.prompt(), Faults.demonstration(world, prompt.task(), character.care(), dice), id);
  }

  /** Overall quality, and Table 3's boxes. */
  public Rating rate(SimPrompt prompt, Completion completion, Criteria criteria) {
    GoldScore score = scorer.score(prompt.task(), completion.text());
    return new Rating(
        completion,
        id,
        GoldScore.likert(feeling(prompt, completion.text(), score, criteria)),
        metadata(prompt, completion.text(), score));
  }

  /** Ranks K completions, ties allowed; the ranks are those of a competition (1, 2, 2, 4). */
  public Ranking rank(SimPrompt prompt, List<Completion> completions, Criteria criteria) {
    int k = completions.size();
    double[] feelings = new double[k];
    List<Integer> likert = new ArrayList<>();
    List<Metadata> metadata = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      String text = completions.get(i).text();
      GoldScore score = score(prompt, text);
      feelings[i] = feeling(prompt, text, score, criteria);
      likert.add(GoldScore.likert(feelings[i]));
      metadata.add(metadata(prompt, text, score));
    }
    List<Integer> order =
        IntStream.range(0, k)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -feelings[i]))
            .toList();
    Integer[] ranks = new Integer[k];
    int leader = order.get(0);
    int rank = 1;
    for (int place = 0; place < k; place++) {
      int i = order.get(place);
      if (feelings[leader] - feelings[i] > character.tie()) {
        leader = i;
        rank = place + 1;
      }
      ranks[i] = rank;
    }
    return new Ranking(
        prompt.prompt(),
        completions.stream().map(Completion::text).toList(),
        List.of(ranks),
        completions.stream().map(Completion::policy).toList(),
        likert,
        metadata,
        id);
  }

  /** Positive if the first is better, negative if the second is, 0 for a tie. */
  public int compare(SimPrompt prompt, String first, String second, Criteria criteria) {
    double difference =
        feeling(prompt, first, score(prompt, first), criteria)
            - feeling(prompt, second, score(prompt, second), criteria);
    return Math.abs(difference) <= character.tie() ? 0 : difference > 0 ? 1 : -1;
  }

  /** What this labeler feels a text is worth, in Likert points, not clipped. */
  private double feeling(SimPrompt prompt, String text, GoldScore score, Criteria criteria) {
    return worth(text, score, criteria) + noiseScale * noise(prompt, text);
  }

  /** What a text would be worth to this labeler on a perfect day. */
  double worth(String text, GoldScore score, Criteria criteria) {
    double help = 6 * score.help() * character.helpful();
    double lies = criteria.untruth() * (1 - score.truth()) * character.truthful();
    double harm =
        ((score.rude() ? criteria.rudeness() : 0) + (score.harmful() ? criteria.harm() : 0))
            * character.harmless();
    double taste = character.length() * (Math.min(score.words(), 40) - 15) / 20.0;
    taste += opensCarefully(text) ? 0 : character.plain();
    return 1 + help - lies - harm + taste;
  }

  /** Their error about a text, in units of the pool's noise. */
  double noise(SimPrompt prompt, String text) {
    Dice dice = new Dice(Dice.seed(seed, id, prompt.prompt().id(), text));
    return character.noise() * dice.gaussian();
  }

  double tie() {
    return character.tie();
  }

  GoldScore score(SimPrompt prompt, String text) {
    return scorer.score(prompt.task(), text);
  }

  private static boolean opensCarefully(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    return Grammar.CAREFUL_LEADS.stream().anyMatch(lower::startsWith);
  }

  private Metadata metadata(SimPrompt prompt, String text, GoldScore score) {
    Dice dice = new Dice(Dice.seed(seed, id, "boxes", prompt.prompt().id(), text));
    boolean harmful = score.harmful();
    return new Metadata(
        tick(!score.attempted() || score.help() < 0.3, dice),
        tick(score.rude() || harmful, dice),
        tickIf(prompt.task().closedDomain(), score.hallucinated(), dice),
        tickIf(score.constraintsTotal() > 0, score.allConstraintsKept(), dice),
        false,
        harmful,
        harmful,
        false,
        harmful,
        false,
        false);
  }

  private static boolean tick(boolean truth, Dice dice) {
    return truth != dice.chance(SLIP);
  }

  private static @Nullable Boolean tickIf(boolean asked, boolean truth, Dice dice) {
    return asked ? tick(truth, dice) : null;
  }
}
