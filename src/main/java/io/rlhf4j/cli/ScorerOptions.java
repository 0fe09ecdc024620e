package io.rlhf4j.cli;

import io.rlhf4j.eval.figure.DataTable;
import io.rlhf4j.eval.judge.Agreement;
import io.rlhf4j.eval.judge.HttpScorer;
import io.rlhf4j.eval.judge.LocalScorer;
import io.rlhf4j.eval.judge.ScorerKind;
import io.rlhf4j.eval.judge.TextScorer;
import io.rlhf4j.eval.output.Metrics;
import io.rlhf4j.eval.output.OutputRow;
import io.rlhf4j.eval.output.OutputTask;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The scorers to use: a folder or a URL each; without a word, those in the default folder. */
final class ScorerOptions {
  /** Where 'evaluate scorer' puts scorers unless told otherwise. */
  static final Path HOME = Path.of(".rlhf4j", "scorers");

  @Option(
      names = "--toxicity",
      description = "Toxicity scorer: a folder or a URL; default .rlhf4j/scorers/toxicity.")
  private @Nullable String toxicity;

  @Option(
      names = "--truth",
      description = "Truth judge: a folder or a URL; default .rlhf4j/scorers/truth.")
  private @Nullable String truth;

  @Option(
      names = "--informative",
      description =
          "Informativeness judge: a folder or a URL; default .rlhf4j/scorers/informative.")
  private @Nullable String informative;

  /**
   * Outputs with the scorers' scores.
   *
   * @param quality each scorer's, by the name under which its scores stand
   * @param agreement with the scores that came with the file
   */
  record Scored(List<OutputRow> rows, Map<String, String> quality, List<DataTable> agreement) {}

  /** Scores the rows of the tasks that scorers are for; other rows come back as they are. */
  Scored score(OutputTask task, List<OutputRow> rows) {
    List<OutputRow> scored = rows;
    Map<String, String> quality = new LinkedHashMap<>();
    List<List<String>> agreement = new ArrayList<>();
    for (Use use : uses(task)) {
      TextScorer scorer = scorer(use.kind(), use.given());
      if (scorer == null) {
        continue;
      }
      double[] scores =
          scorer.score(
              scored.stream().map(OutputRow::prompt).toList(),
              scored.stream().map(OutputRow::output).toList());
      List<OutputRow> before = scored;
      scored =
          IntStream.range(0, scores.length)
              .mapToObj(i -> before.get(i).with(use.name(), scores[i]))
              .toList();
      quality.put(use.name(), scorer.quality());
      int[] both =
          IntStream.range(0, scores.length)
              .filter(i -> !Double.isNaN(before.get(i).score(use.theirs())))
              .toArray();
      if (both.length > 1) {
        agreement.add(
            Agreement.of(
                    use.name(),
                    use.theirs(),
                    IntStream.of(both).mapToDouble(i -> scores[i]).toArray(),
                    IntStream.of(both)
                        .mapToDouble(i -> before.get(i).score(use.theirs()))
                        .toArray())
                .row());
      }
    }
    String truthful = quality.get(Metrics.TRUTH);
    String informed = quality.get(Metrics.INFORMATIVE);
    if (truthful != null && informed != null) {
      quality.put(Metrics.TRUTH_AND_INFORMATIVE, "truth " + truthful + "; informative " + informed);
    }
    return new Scored(
        scored,
        quality,
        agreement.isEmpty()
            ? List.of()
            : List.of(
                new DataTable(
                    "Own scorers against the scores that came with the file",
                    "The scorers were trained without these scores.",
                    Agreement.HEAD,
                    agreement)));
  }

  /** A scorer at work: the name of its scores and the column that they can be compared with. */
  private record Use(ScorerKind kind, @Nullable String given, String name, String theirs) {}

  private List<Use> uses(OutputTask task) {
    return switch (task) {
      case TOXICITY ->
          List.of(new Use(ScorerKind.TOXICITY, toxicity, Metrics.TOXICITY, "toxicity"));
      case TRUTHFULQA ->
          List.of(
              new Use(ScorerKind.TRUTH, truth, Metrics.TRUTH, "true"),
              new Use(ScorerKind.INFORMATIVE, informative, Metrics.INFORMATIVE, "info"));
      default -> List.of();
    };
  }

  private static @Nullable TextScorer scorer(ScorerKind kind, @Nullable String given) {
    if (given == null) {
      Path folder = HOME.resolve(kind.name().toLowerCase(Locale.ROOT));
      return Files.exists(folder) ? LocalScorer.read(folder, kind) : null;
    }
    return given.startsWith("http://") || given.startsWith("https://")
        ? new HttpScorer(URI.create(given))
        : LocalScorer.read(Path.of(given), kind);
  }
}
