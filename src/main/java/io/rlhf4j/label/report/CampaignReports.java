package io.rlhf4j.label.report;

import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Rating;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.answer.Label;
import io.rlhf4j.stats.Labeled;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The reports about one campaign's labels. */
public final class CampaignReports {
  private CampaignReports() {}

  public static Report agreement(List<Label> labels) {
    List<Labeled> labeled = new ArrayList<>();
    for (Label label : labels) {
      for (Ranking ranking : label.rankings()) {
        labeled.add(
            new Labeled(
                ranking,
                label.submission().role().title,
                Instant.ofEpochMilli(label.submission().submittedAt())));
      }
    }
    return labeled.isEmpty()
        ? Report.empty("Agreement of labelers", "nothing has been compared or ranked yet")
        : AgreementTables.of(labeled);
  }

  /**
   * @param baseline null takes the campaign's, or else the model compared most
   */
  public static Report results(Campaign campaign, List<Label> labels, @Nullable String baseline) {
    List<Ranking> rankings = new ArrayList<>();
    List<Rating> alone = new ArrayList<>();
    for (Label label : labels) {
      rankings.addAll(label.rankings());
      if (!(label.answer() instanceof Answer.Ranked)) { // those of a ranking stand in it
        alone.addAll(label.ratings());
      }
    }
    String against = baseline;
    if (against == null && !campaign.baseline().isEmpty()) {
      against = campaign.baseline();
    }
    return ResultTables.of(rankings, alone, against);
  }

  /**
   * Who has done how much and how fast.
   *
   * @param now milliseconds since 1970
   */
  public static Report pace(List<Label> labels, long now) {
    if (labels.isEmpty()) {
      return Report.empty("Pace", "no label is in yet");
    }
    Map<String, List<Label>> byLabeler = new TreeMap<>();
    Map<String, Integer> byDay = new TreeMap<>();
    for (Label label : labels) {
      byLabeler.computeIfAbsent(label.labeler(), l -> new ArrayList<>()).add(label);
      Instant at = Instant.ofEpochMilli(label.submission().submittedAt());
      byDay.merge(LocalDate.ofInstant(at, ZoneOffset.UTC).toString(), 1, Integer::sum);
    }
    long hourAgo = now - Duration.ofHours(1).toMillis();
    List<List<Object>> rows = new ArrayList<>();
    byLabeler.forEach(
        (labeler, own) -> {
          long[] seconds =
              own.stream().mapToLong(label -> label.submission().seconds()).sorted().toArray();
          long lastHour = own.stream().filter(l -> l.submission().submittedAt() >= hourAgo).count();
          rows.add(
              List.of(
                  labeler,
                  own.get(0).submission().role().title,
                  own.size(),
                  lastHour,
                  median(seconds),
                  Arrays.stream(seconds).sum() / 3600.0));
        });
    List<List<Object>> days = new ArrayList<>();
    byDay.forEach((day, count) -> days.add(List.of(day, count)));
    return new Report(
        "Pace",
        "",
        List.of(
            new Table(
                "pace",
                "Labels and time per labeler",
                "Time runs only while the page is in front.",
                List.of(
                    "Labeler",
                    "Role",
                    "Labels",
                    "In the last hour",
                    "Median seconds",
                    "Hours in all"),
                rows),
            new Table("days", "Labels per day (UTC)", "", List.of("Day", "Labels"), days)),
        List.of());
  }

  private static double median(long[] sorted) {
    int n = sorted.length;
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0;
  }
}
