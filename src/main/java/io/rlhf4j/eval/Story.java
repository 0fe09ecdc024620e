package io.rlhf4j.eval;

import io.rlhf4j.eval.Finding.Verdict;
import io.rlhf4j.eval.Report.Contest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A run in at most three sentences, each computed from its numbers: nothing rises, falls or is
 * preferred unless the intervals stand apart.
 */
public final class Story {
  private final Report report;
  private final Staircase staircase;

  private Story(Report report) {
    this.report = report;
    this.staircase = new Staircase(report);
  }

  /** The staircase, the small model against the large one, manners and tax; what was measured. */
  public static List<String> sentences(Report report) {
    Story story = new Story(report);
    List<String> sentences = new ArrayList<>();
    for (String sentence : List.of(story.steps(), story.contest(), story.conduct())) {
      if (!sentence.isEmpty()) {
        sentences.add(sentence);
      }
    }
    return sentences.isEmpty()
        ? List.of("Nothing that the paper compares was measured in this run.")
        : sentences;
  }

  private String steps() {
    List<StaircaseStep> chain = staircase.chain();
    if (chain.size() < 2) {
      return "";
    }
    List<String> numbers = new ArrayList<>();
    List<String> unclear = new ArrayList<>();
    List<String> reversed = new ArrayList<>();
    for (int i = 0; i < chain.size(); i++) {
      StaircaseStep step = chain.get(i);
      Rate rate = rate(step);
      numbers.add(step.model() + " " + Wording.percent(rate));
      if (i == 0) {
        continue;
      }
      StaircaseStep before = chain.get(i - 1);
      Verdict verdict = Findings.compare(rate, rate(before));
      if (verdict == Verdict.NOT_SEEN || rate.rate() < rate(before).rate()) {
        reversed.add(step.model() + " below " + before.model());
      } else if (verdict == Verdict.UNCERTAIN) {
        unclear.add(before.model() + " and " + step.model());
      }
    }
    String list = "gold win rate against the SFT baseline: " + String.join(", ", numbers);
    if (!reversed.isEmpty()) {
      return "The paper's order did not come out, with " + join(reversed) + " (" + list + ").";
    }
    return unclear.isEmpty()
        ? "Each step is preferred to the one before (" + list + ")."
        : "The steps are in the paper's order, but the intervals of "
            + join(unclear)
            + " overlap ("
            + list
            + ").";
  }

  private String contest() {
    Contest contest = Staircase.smallAgainstLarge(report);
    if (contest == null) {
      return "";
    }
    String verdict =
        switch (Findings.againstHalf(contest.winRate())) {
          case SEEN -> "is preferred to";
          case NOT_SEEN -> "is not preferred to";
          default -> "cannot be told apart from";
        };
    return "The "
        + contest.size()
        + " "
        + contest.model()
        + " model of "
        + Wording.count(contest.parameters())
        + " parameters "
        + verdict
        + " a "
        + contest.opponent()
        + " with "
        + Wording.fixed(contest.parametersRatio(), 1)
        + " times as many, with a win rate of "
        + Wording.interval(contest.winRate())
        + ".";
  }

  private String conduct() {
    List<String> parts = new ArrayList<>();
    String hallucination = change("hallucination", StaircaseStep::hallucination);
    String rudeness = change("rudeness", step -> step.rudeness().basic());
    for (String part : List.of(hallucination, rudeness)) {
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    String moved = parts.isEmpty() ? "" : "from GPT to PPO-ptx, " + join(parts);
    String tax = tax();
    String both = moved + (moved.isEmpty() || tax.isEmpty() ? "" : "; ") + tax;
    return both.isEmpty() ? "" : Character.toUpperCase(both.charAt(0)) + both.substring(1) + ".";
  }

  private String change(String what, Function<StaircaseStep, @Nullable Rate> measure) {
    Rate from = measure("GPT", measure);
    Rate to = measure("PPO-ptx", measure);
    if (from == null || to == null) {
      return "";
    }
    String numbers = Wording.percent(from) + " to " + Wording.percent(to);
    return switch (Findings.compare(from, to)) {
      case SEEN -> what + " falls from " + numbers;
      case NOT_SEEN -> what + " rises from " + numbers;
      default -> what + " does not change measurably (" + numbers + ")";
    };
  }

  private String tax() {
    Rate gpt = measure("GPT", step -> step.taxAccuracy().fewShot());
    Rate ppo = measure("PPO", step -> step.taxAccuracy().fewShot());
    Rate ptx = measure("PPO-ptx", step -> step.taxAccuracy().fewShot());
    if (gpt == null || ppo == null) {
      return "";
    }
    String numbers =
        " (few-shot accuracy " + Wording.percent(gpt) + " to " + Wording.percent(ppo) + ")";
    if (Findings.compare(gpt, ppo) != Verdict.SEEN) {
      return "plain PPO pays no measurable alignment tax" + numbers + webLoss();
    }
    String paid = "plain PPO pays an alignment tax" + numbers;
    if (ptx == null) {
      return paid;
    }
    return Findings.compare(ptx, ppo) == Verdict.SEEN
        ? paid + ", which PPO-ptx reduces (" + Wording.percent(ptx) + ")"
        : paid + ", and PPO-ptx does not measurably reduce it (" + Wording.percent(ptx) + ")";
  }

  /** What a few examples do not show: how far the model has moved away from the web. */
  private String webLoss() {
    Double gpt = loss("GPT");
    Double ppo = loss("PPO");
    Double ptx = loss("PPO-ptx");
    if (gpt == null || ppo == null) {
      return "";
    }
    String moved =
        ", while its loss on web text goes from %s to %s nats per token"
            .formatted(Wording.fixed(gpt, 2), Wording.fixed(ppo, 2));
    return ptx == null ? moved : moved + ", PPO-ptx's to " + Wording.fixed(ptx, 2);
  }

  private @Nullable Double loss(String model) {
    StaircaseStep step = staircase.find(model, staircase.largest());
    return step == null ? null : step.webLoss();
  }

  private @Nullable Rate measure(String model, Function<StaircaseStep, @Nullable Rate> measure) {
    StaircaseStep step = staircase.find(model, staircase.largest());
    return step == null ? null : measure.apply(step);
  }

  private static Rate rate(StaircaseStep step) {
    Rate rate = step.goldWinRateVsSft();
    if (rate == null) {
      throw new IllegalStateException("the chain holds measured steps only");
    }
    return rate;
  }

  private static String join(List<String> parts) {
    int last = parts.size() - 1;
    return last == 0
        ? parts.get(0)
        : String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
  }
}
