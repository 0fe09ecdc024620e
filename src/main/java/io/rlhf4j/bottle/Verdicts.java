package io.rlhf4j.bottle;

import io.rlhf4j.data.Completion;
import io.rlhf4j.eval.Mean;
import io.rlhf4j.eval.Rate;
import io.rlhf4j.sim.Criteria;
import io.rlhf4j.sim.GoldScore;
import io.rlhf4j.sim.SimLabeler;
import io.rlhf4j.sim.SimPrompt;
import io.rlhf4j.stats.Interval;
import io.rlhf4j.stats.WinRate;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** What is made of a model's answers: shares and means with their intervals. */
final class Verdicts {
  private Verdicts() {}

  /** The first against the second by the gold scorer, answer by answer. */
  static WinRate gold(List<GoldScore> model, List<GoldScore> baseline) {
    int[] verdicts =
        IntStream.range(0, model.size())
            .map(
                i ->
                    Double.compare(
                        model.get(i).utility(Criteria.FINAL_EVALUATION),
                        baseline.get(i).utility(Criteria.FINAL_EVALUATION)))
            .toArray();
    return counted(verdicts);
  }

  /** Gold win rate of the first over the second; a tie counts half. */
  static Rate goldWinRate(List<GoldScore> model, List<GoldScore> baseline) {
    return Rate.of(gold(model, baseline).interval());
  }

  /** Win rate by labelers who take turns over the prompts, under the final criteria. */
  static Rate labelersWinRate(
      List<SimLabeler> labelers,
      List<SimPrompt> prompts,
      List<Completion> model,
      List<Completion> baseline) {
    int[] verdicts =
        IntStream.range(0, prompts.size())
            .map(
                i ->
                    labelers
                        .get(i % labelers.size())
                        .compare(
                            prompts.get(i),
                            model.get(i).text(),
                            baseline.get(i).text(),
                            Criteria.FINAL_EVALUATION))
            .toArray();
    return Rate.of(counted(verdicts).interval());
  }

  private static WinRate counted(int[] verdicts) {
    long wins = Arrays.stream(verdicts).filter(v -> v > 0).count();
    long losses = Arrays.stream(verdicts).filter(v -> v < 0).count();
    return new WinRate("model", "baseline", wins, losses, verdicts.length - wins - losses);
  }

  /** Share of the scores for which something holds; null when there are none. */
  static @org.jspecify.annotations.Nullable Rate share(
      List<GoldScore> scores, Predicate<GoldScore> holds) {
    if (scores.isEmpty()) {
      return null;
    }
    return Rate.of(scores.stream().filter(holds).count(), scores.size());
  }

  /** Mean gold rating, 1..7. */
  static Mean likert(List<GoldScore> scores) {
    Interval interval =
        Interval.mean(
            scores.stream().mapToDouble(GoldScore::likert).toArray(), Interval.CONFIDENCE);
    return new Mean(interval.rate(), interval.low(), interval.high());
  }
}
