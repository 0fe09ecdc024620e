package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Ranking;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A candidate's results in the four screening tests of the paper's appendix B.1. They inform the
 * lead's choice; they do not make it.
 *
 * @param candidate a pseudonym
 * @param flagging agreement with the researchers on which texts are sensitive, or null
 * @param ranking agreement with the researchers on pairs of outputs, or null
 * @param demonstration mean of the ratings 1..7 of sensitive demonstrations, or null
 * @param selfAssessment for which topics or groups of people the candidate feels able to tell
 *     sensitive speech
 */
public record Screening(
    String candidate,
    @Nullable AgreementShare flagging,
    @Nullable AgreementShare ranking,
    @Nullable Double demonstration,
    String selfAssessment) {
  /** The paper's soft limit on flagging and on ranking. */
  public static final double AGREEMENT_LIMIT = 0.75;

  /** The paper's soft limit on the demonstration score. */
  public static final double DEMONSTRATION_LIMIT = 6;

  /** Where a result stands. */
  public enum Standing {
    MET,
    BELOW,
    MISSING
  }

  /**
   * @param ratings of the candidate's demonstrations, 1..7 each
   */
  public static OptionalDouble demonstrationScore(Collection<Integer> ratings) {
    for (int rating : ratings) {
      if (rating < 1 || rating > 7) {
        throw new InputException("demonstrations are rated 1..7, was " + rating);
      }
    }
    return ratings.stream().mapToInt(Integer::intValue).average();
  }

  /**
   * @param researchers the right answer per text
   * @param candidate the candidate's answers; texts without one do not count
   */
  public static @Nullable AgreementShare flagging(
      Map<String, Boolean> researchers, Map<String, Boolean> candidate) {
    long cases = 0;
    long agreeing = 0;
    for (Map.Entry<String, Boolean> right : researchers.entrySet()) {
      Boolean said = candidate.get(right.getKey());
      if (said != null) {
        cases++;
        agreeing += said.equals(right.getValue()) ? 1 : 0;
      }
    }
    return cases == 0 ? null : new AgreementShare("flagging", cases, agreeing);
  }

  /** Over all pairs of outputs that both ranked; a tie is a third answer. */
  public static @Nullable AgreementShare ranking(
      Collection<Ranking> researchers, Collection<Ranking> candidate) {
    List<Ranking> all = new ArrayList<>();
    researchers.forEach(ranking -> all.add(by(ranking, "researcher")));
    candidate.forEach(ranking -> all.add(by(ranking, "candidate")));
    long cases = 0;
    long agreeing = 0;
    for (Judgements.Comparison comparison : Judgements.ofRankings(all).comparisons()) {
      Map<String, Preference> said = new HashMap<>();
      comparison.judgements().forEach(one -> said.put(one.labeler(), one.preference()));
      if (said.size() == 2) {
        cases++;
        agreeing += said.get("researcher") == said.get("candidate") ? 1 : 0;
      }
    }
    return cases == 0 ? null : new AgreementShare("ranking", cases, agreeing);
  }

  public Standing flaggingStanding() {
    return standing(flagging == null ? null : flagging.rate(), AGREEMENT_LIMIT);
  }

  public Standing rankingStanding() {
    return standing(ranking == null ? null : ranking.rate(), AGREEMENT_LIMIT);
  }

  public Standing demonstrationStanding() {
    return standing(demonstration, DEMONSTRATION_LIMIT);
  }

  /** Whether all three limits are met. */
  public boolean meetsAll() {
    return flaggingStanding() == Standing.MET
        && rankingStanding() == Standing.MET
        && demonstrationStanding() == Standing.MET;
  }

  private static Standing standing(@Nullable Double value, double limit) {
    if (value == null) {
      return Standing.MISSING;
    }
    return value >= limit ? Standing.MET : Standing.BELOW;
  }

  private static Ranking by(Ranking r, String labeler) {
    return new Ranking(
        r.prompt(), r.completions(), r.ranks(), r.policies(), r.likert(), r.metadata(), labeler);
  }
}
