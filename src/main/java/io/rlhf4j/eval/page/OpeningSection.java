package io.rlhf4j.eval.page;

import io.rlhf4j.eval.Rate;
import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.Report.Contest;
import io.rlhf4j.eval.RewardModelResult;
import io.rlhf4j.eval.Staircase;
import io.rlhf4j.eval.StaircaseStep;
import io.rlhf4j.eval.Story;
import io.rlhf4j.eval.Wording;
import io.rlhf4j.eval.chart.Markup;
import java.util.ArrayList;
import java.util.List;

/** The top of the page: what it is, the story in three sentences, the numbers to remember. */
final class OpeningSection {
  private OpeningSection() {}

  static String html(Report report, List<Part> parts) {
    Report.Run run = report.run();
    List<String> facts = new ArrayList<>(List.of(run.started()));
    facts.add(
        (run.seeds().size() == 1 ? "seed " : "seeds ")
            + String.join(", ", run.seeds().stream().map(String::valueOf).toList()));
    facts.add(Wording.duration(run.wallSeconds()));
    facts.add(run.machine());
    StringBuilder out = new StringBuilder("<header>\n");
    out.append("<p class=\"eyebrow\">Run report</p>\n<h1>");
    out.append(Markup.escape(run.title())).append("</h1>\n");
    out.append(Html.paragraph("meta", String.join(" · ", facts)));
    out.append("<nav aria-label=\"Contents\">");
    for (Part part : parts) {
      String title = Markup.escape(part.title());
      out.append("<a href=\"#").append(part.id()).append("\">").append(title).append("</a>\n");
    }
    out.append("</nav>\n<div class=\"story\">\n");
    Story.sentences(report).forEach(s -> out.append(Html.paragraph("sentence", s)));
    out.append("</div>\n").append(tiles(report)).append("</header>\n");
    return out.toString();
  }

  private static String tiles(Report report) {
    List<String> tiles = new ArrayList<>();
    Staircase staircase = new Staircase(report);
    StaircaseStep best = staircase.find("PPO-ptx", staircase.largest());
    if (best != null && best.goldWinRateVsSft() != null) {
      tiles.add(
          tile(
              best.goldWinRateVsSft(),
              best.size()
                  + " PPO-ptx against the SFT baseline"
                  + Wording.besidesTies(best.goldPairsVsSft())));
    }
    Contest contest = Staircase.smallAgainstLarge(report);
    if (contest != null) {
      String ratio = Wording.fixed(contest.parametersRatio(), 1);
      tiles.add(
          tile(
              contest.winRate(),
              contest.size() + " PPO-ptx against a GPT " + ratio + " times its size"));
    }
    RewardModelResult reward = report.rewardModel();
    if (reward != null && reward.heldOutLabelers() != null) {
      tiles.add(
          tile(reward.heldOutLabelers(), "of unseen labelers' choices the reward model predicts"));
    }
    if (!report.stages().isEmpty()) {
      String compute = Wording.metric(report.computeTotal().petaflopDays());
      tiles.add(
          tile(
              Wording.duration(report.computeTotal().wallSeconds()),
              "",
              "summed over all stages, " + compute + " petaflop/s-days"));
    }
    return tiles.isEmpty() ? "" : "<ul class=\"tiles\">" + String.join("", tiles) + "</ul>\n";
  }

  private static String tile(Rate rate, String words) {
    return tile(Wording.percent(rate), Wording.range(rate), words);
  }

  private static String tile(String number, String range, String words) {
    String small = range.isEmpty() ? "" : " <small>" + Markup.escape(range) + "</small>";
    return "<li><b>%s</b>%s<span>%s</span></li>"
        .formatted(Markup.escape(number), small, Markup.escape(words));
  }
}
