package io.rlhf4j.stats;

import io.rlhf4j.data.Ranking;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that rankings say about how far people agree.
 *
 * @param overall as the paper counts it
 * @param overPrompts interval of the same rate that draws whole prompts again
 * @param alpha Krippendorff's, a tie being a third category
 * @param fleiss of the comparisons that the commonest number of people judged; null when fewer than
 *     two comparisons qualify
 * @param fleissComparisons how many these were
 * @param byLabeler each labeler with everybody else, sorted by name
 * @param byUseCase prompts without one stand under "unknown"
 * @param byGroups within each group, as "labeler", and between two, as "held-out with labeler"
 * @param kappas Cohen's, of every two labelers with a comparison in common
 * @param disputed prompts with the most disagreement first
 * @param drift each labeler's agreement over time; empty where no times are known
 */
public record AgreementReport(
    Agreement overall,
    Interval overPrompts,
    KrippendorffAlpha alpha,
    @Nullable FleissKappa fleiss,
    int fleissComparisons,
    List<AgreementShare> byLabeler,
    List<AgreementShare> byUseCase,
    List<AgreementShare> byGroups,
    List<Kappa> kappas,
    List<AgreementShare> disputed,
    List<Drift> drift) {
  private static final int WINDOWS = 4;
  private static final int FEWEST_PER_WINDOW = 5;

  /** Cohen's kappa of two labelers. */
  public record Kappa(String labeler1, String labeler2, int comparisons, double kappa) {}

  /**
   * One stretch of a labeler's work.
   *
   * @param from when its first ranking was submitted
   * @param share agreement with everybody else on the rankings of this stretch
   */
  public record Drift(String labeler, int window, Instant from, AgreementShare share) {}

  public AgreementReport {
    byLabeler = List.copyOf(byLabeler);
    byUseCase = List.copyOf(byUseCase);
    byGroups = List.copyOf(byGroups);
    kappas = List.copyOf(kappas);
    disputed = List.copyOf(disputed);
    drift = List.copyOf(drift);
  }

  /** An error when no comparison was judged by two people. */
  public static AgreementReport of(Collection<Labeled> labels) {
    Judgements judgements = Judgements.ofRankings(labels.stream().map(Labeled::ranking).toList());
    Agreement overall = Agreement.of(judgements);
    Map<String, String> groups = new HashMap<>();
    Map<String, String> useCases = new HashMap<>();
    for (Labeled label : labels) {
      Ranking ranking = label.ranking();
      groups.put(ranking.labeler(), label.group());
      useCases.put(ranking.prompt().id(), useCase(ranking));
    }
    Tallies labelers = new Tallies();
    Tallies cases = new Tallies();
    Tallies between = new Tallies();
    Tallies prompts = new Tallies();
    for (Judgements.Comparison comparison : judgements.comparisons()) {
      List<Judgement> said = comparison.judgements();
      for (int i = 0; i < said.size(); i++) {
        for (int j = i + 1; j < said.size(); j++) {
          boolean same = said.get(i).preference() == said.get(j).preference();
          String one = said.get(i).labeler();
          String other = said.get(j).labeler();
          labelers.count(one, same);
          labelers.count(other, same);
          cases.count(useCases.getOrDefault(comparison.promptId(), "unknown"), same);
          between.count(pairOfGroups(groups.get(one), groups.get(other)), same);
          prompts.count(comparison.promptId(), same);
        }
      }
    }
    int raters = commonestRaters(judgements);
    int[][] counts = counts(judgements, raters);
    return new AgreementReport(
        overall,
        Agreement.intervalOverPrompts(judgements, Bootstrap.seeded(1)),
        KrippendorffAlpha.of(judgements.table(), KrippendorffAlpha.Metric.NOMINAL),
        counts.length < 2 ? null : FleissKappa.of(counts),
        counts.length,
        labelers.shares(),
        cases.shares(),
        between.shares(),
        kappas(judgements),
        prompts.shares().stream()
            .filter(share -> share.agreeing() < share.cases())
            .sorted(
                Comparator.comparingDouble(AgreementShare::rate)
                    .thenComparing(Comparator.comparingLong(AgreementShare::cases).reversed()))
            .toList(),
        drift(labels));
  }

  private static String useCase(Ranking ranking) {
    return ranking.prompt().useCase() == null
        ? "unknown"
        : ranking.prompt().useCase().name().toLowerCase(Locale.ROOT);
  }

  private static String pairOfGroups(@Nullable String one, @Nullable String other) {
    String a = Objects.requireNonNullElse(one, "unknown");
    String b = Objects.requireNonNullElse(other, "unknown");
    if (a.equals(b)) {
      return a;
    }
    return a.compareTo(b) < 0 ? a + " with " + b : b + " with " + a;
  }

  /** By how many people most of the comparisons that more than one judged were judged. */
  private static int commonestRaters(Judgements judgements) {
    TreeMap<Integer, Integer> sizes = new TreeMap<>();
    for (Judgements.Comparison comparison : judgements.comparisons()) {
      if (comparison.judgements().size() >= 2) {
        sizes.merge(comparison.judgements().size(), 1, Integer::sum);
      }
    }
    return sizes.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  private static int[][] counts(Judgements judgements, int raters) {
    List<int[]> counts = new ArrayList<>();
    for (Judgements.Comparison comparison : judgements.comparisons()) {
      if (comparison.judgements().size() == raters) {
        int[] count = new int[Preference.values().length];
        comparison.judgements().forEach(said -> count[said.preference().ordinal()]++);
        counts.add(count);
      }
    }
    return counts.toArray(int[][]::new);
  }

  private static List<Kappa> kappas(Judgements judgements) {
    Map<List<String>, Integer> common = new TreeMap<>(Comparator.comparing(List::toString));
    for (Judgements.Comparison comparison : judgements.comparisons()) {
      List<String> people = comparison.judgements().stream().map(Judgement::labeler).toList();
      for (int i = 0; i < people.size(); i++) {
        for (int j = i + 1; j < people.size(); j++) {
          common.merge(List.of(people.get(i), people.get(j)), 1, Integer::sum);
        }
      }
    }
    List<Kappa> kappas = new ArrayList<>();
    common.forEach(
        (two, n) ->
            kappas.add(
                new Kappa(
                    two.get(0),
                    two.get(1),
                    n,
                    CohenKappa.of(judgements, two.get(0), two.get(1)).kappa())));
    return kappas;
  }

  /** Each labeler's rankings in the order of time, cut into up to four stretches. */
  private static List<Drift> drift(Collection<Labeled> labels) {
    Map<String, List<Labeled>> byPrompt = new HashMap<>();
    Map<String, List<Labeled>> byLabeler = new TreeMap<>();
    for (Labeled label : labels) {
      byPrompt.computeIfAbsent(label.ranking().prompt().id(), p -> new ArrayList<>()).add(label);
      if (label.at() != null) {
        byLabeler.computeIfAbsent(label.ranking().labeler(), l -> new ArrayList<>()).add(label);
      }
    }
    List<Drift> drift = new ArrayList<>();
    byLabeler.forEach(
        (labeler, own) -> {
          own.sort(Comparator.comparing(AgreementReport::time));
          // What came in at one stroke, from a file, has no order of time.
          boolean atOnce = time(own.get(0)).equals(time(own.get(own.size() - 1)));
          int windows = atOnce ? 0 : Math.min(WINDOWS, own.size() / FEWEST_PER_WINDOW);
          for (int w = 0; windows > 1 && w < windows; w++) {
            List<Labeled> stretch =
                own.subList(w * own.size() / windows, (w + 1) * own.size() / windows);
            AgreementShare share = withOthers(labeler, stretch, byPrompt);
            if (share.cases() > 0) {
              drift.add(new Drift(labeler, w + 1, time(stretch.get(0)), share));
            }
          }
        });
    return drift;
  }

  private static Instant time(Labeled label) {
    return Objects.requireNonNull(label.at());
  }

  private static AgreementShare withOthers(
      String labeler, List<Labeled> stretch, Map<String, List<Labeled>> byPrompt) {
    List<Ranking> rankings = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Labeled own : stretch) {
      rankings.add(own.ranking());
      if (seen.add(own.ranking().prompt().id())) {
        for (Labeled other : byPrompt.getOrDefault(own.ranking().prompt().id(), List.of())) {
          if (!other.ranking().labeler().equals(labeler)) {
            rankings.add(other.ranking());
          }
        }
      }
    }
    long cases = 0;
    long agreeing = 0;
    for (Judgements.Comparison comparison : Judgements.ofRankings(rankings).comparisons()) {
      for (Judgement own : comparison.judgements()) {
        for (Judgement other : comparison.judgements()) {
          if (own.labeler().equals(labeler) && own != other) {
            cases++;
            agreeing += own.preference() == other.preference() ? 1 : 0;
          }
        }
      }
    }
    return new AgreementShare(labeler, cases, agreeing);
  }

  private static final class Tallies {
    private final Map<String, long[]> counts = new LinkedHashMap<>();

    void count(String name, boolean agree) {
      long[] count = counts.computeIfAbsent(name, n -> new long[2]);
      count[0]++;
      count[1] += agree ? 1 : 0;
    }

    List<AgreementShare> shares() {
      return counts.entrySet().stream()
          .map(e -> new AgreementShare(e.getKey(), e.getValue()[0], e.getValue()[1]))
          .sorted(Comparator.comparing(AgreementShare::name))
          .toList();
    }
  }
}
