package io.rlhf4j.label.report;

import io.rlhf4j.data.Ranking;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.Submission;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.answer.AnswerJson;
import io.rlhf4j.label.answer.Label;
import io.rlhf4j.stats.Screening;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Candidates by their pseudonyms, measured against the gold answers of the items that they labeled.
 * A gold answer's mark of sensitive content is the researchers' flag, its ranks are their ranking.
 */
public final class ScreeningTables {
  private ScreeningTables() {}

  /**
   * @param labels of all campaigns
   * @param ratings of demonstrations, by submission
   * @param assessments self-assessments by pseudonym
   */
  public static List<Screening> of(
      List<Label> labels, Map<String, Integer> ratings, Map<String, String> assessments) {
    TreeSet<String> candidates = new TreeSet<>(assessments.keySet());
    labels.forEach(label -> candidates.add(label.labeler()));
    List<Screening> screenings = new ArrayList<>();
    for (String candidate : candidates) {
      List<Label> own = labels.stream().filter(label -> label.labeler().equals(candidate)).toList();
      screenings.add(screening(candidate, own, ratings, assessments.getOrDefault(candidate, "")));
    }
    return screenings;
  }

  private static Screening screening(
      String candidate, List<Label> own, Map<String, Integer> ratings, String assessment) {
    Map<String, Boolean> gold = new LinkedHashMap<>();
    Map<String, Boolean> said = new HashMap<>();
    List<Ranking> goldRankings = new ArrayList<>();
    List<Ranking> rankings = new ArrayList<>();
    List<Integer> scores = new ArrayList<>();
    for (Label label : own) {
      Label expected = gold(label);
      if (expected != null) {
        Boolean flag = flag(expected.answer());
        Boolean answer = flag(label.answer());
        if (flag != null) {
          gold.put(label.item().id(), flag);
        }
        if (answer != null) {
          said.put(label.item().id(), answer);
        }
        goldRankings.addAll(expected.rankings());
        rankings.addAll(label.rankings());
      }
      Integer rating = ratings.get(label.submission().id());
      if (rating != null) {
        scores.add(rating);
      }
    }
    OptionalDouble demonstration = Screening.demonstrationScore(scores);
    return new Screening(
        candidate,
        Screening.flagging(gold, said),
        Screening.ranking(goldRankings, rankings),
        demonstration.isPresent() ? demonstration.getAsDouble() : null,
        assessment);
  }

  /** The gold answer as if it were a label, or null where there is none to compare with. */
  private static @Nullable Label gold(Label label) {
    Item item = label.item();
    Campaign campaign = label.campaign();
    String gold = item.gold();
    // Whoever gave the gold answer agrees with it; that says nothing.
    if (gold == null || label.submission().id().equals(item.goldFrom())) {
      return null;
    }
    Submission s = label.submission();
    Answer answer = AnswerJson.stored(campaign.task(), item, gold);
    return new Label(s, campaign, item, answer, "researcher");
  }

  private static @Nullable Boolean flag(Answer answer) {
    if (answer instanceof Answer.Ranked ranked) {
      return ranked.prompt().sensitiveContent();
    }
    return answer instanceof Answer.Written written ? written.prompt().sensitiveContent() : null;
  }
}
