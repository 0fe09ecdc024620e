package io.rlhf4j.eval.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.SharedFiles;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Message;
import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Split;
import io.rlhf4j.data.UseCase;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.stats.Bootstrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreferenceFiguresTest {
  private static final Bootstrap QUICK = new Bootstrap(100, 0.95, 1);

  @TempDir Path folder;

  @Test
  void winRatesCountTiesHalfAndPartTheLabelers() {
    FigureSet set =
        of(
            List.of(
                ranking("p1", UseCase.CHAT, "ann", 1, 2),
                ranking("p2", UseCase.CHAT, "ann", 1, 1),
                ranking("p3", UseCase.OPEN_QA, "bob", 2, 1),
                ranking("p4", UseCase.OPEN_QA, "bob", 1, 2)),
            Set.of("bob"));
    // ppo: won, tied, lost, won.
    assertThat(value(set, "win rate against sft", "all labelers")).isEqualTo(2.5 / 4);
    assertThat(value(set, "win rate against sft", "training labelers")).isEqualTo(0.75);
    assertThat(value(set, "win rate against sft", "held-out labelers")).isEqualTo(0.5);
    assertThat(value(set, "win rate against sft", "open qa")).isEqualTo(0.5);
    assertThat(value(set, "win rate against sft", "user u1")).isEqualTo(2.5 / 4);
  }

  @Test
  void ratingsAndFigureFourAreMeansOverTheOutputsThatWereAsked() {
    FigureSet set = of(List.of(ranking("p1", UseCase.CHAT, "ann", 1, 2)), Set.of());
    assertThat(value(set, "rating", "all labelers")).isEqualTo(6);
    assertThat(value(set, "attempts the instruction", "all labelers")).isEqualTo(1);
    assertThat(value(set, "hallucinates", "all labelers")).isEqualTo(0);
    assertThat(set.figures()).noneMatch(f -> f.metric().equals("follows the constraints"));
  }

  @Test
  void strengthsOfTwoModelsAreTheLogOddsOfTheirWins() {
    List<Ranking> rankings =
        List.of(
            ranking("p1", UseCase.CHAT, "ann", 1, 2),
            ranking("p2", UseCase.CHAT, "ann", 1, 2),
            ranking("p3", UseCase.CHAT, "ann", 1, 2),
            ranking("p4", UseCase.CHAT, "ann", 2, 1));
    List<String> best = of(rankings, Set.of()).tables().get(0).rows().get(0);
    // 3 to 1: the difference of scores is log 3, either side of 0.
    assertThat(best.get(0)).isEqualTo("ppo");
    assertThat(Double.parseDouble(best.get(1))).isCloseTo(Math.log(3) / 2, within(1e-3));
    assertThat(Double.parseDouble(best.get(2))).isCloseTo(Math.sqrt(1.0 / 3), within(1e-3));
  }

  @Test
  void mistakesAreSentences() throws IOException {
    List<Ranking> rankings = List.of(ranking("p1", UseCase.CHAT, "ann", 1, 2));
    assertThatThrownBy(() -> PreferenceFigures.of("t", rankings, "gpt", Set.of(), QUICK))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the baseline must be one of the models [ppo, sft], was 'gpt'");
    assertThatThrownBy(() -> of(rankings, Set.of("eve")))
        .hasMessageContaining("held-out labeler 'eve' judged nothing; the labelers are [ann]");
    Path file = folder.resolve("pairs.jsonl");
    Files.writeString(file, "{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\"}\n");
    assertThatThrownBy(() -> PreferenceFile.read(file))
        .hasMessageContaining("no row says which model wrote each output");
  }

  @Test
  void aPublishedHumanEvaluationIsRead() {
    List<Ranking> rankings =
        PreferenceFile.read(
            SharedFiles.require("data/preferences/tulu1-human-eval-annotations.jsonl.gz"));
    assertThat(rankings).hasSize(1150);
    FigureSet set = PreferenceFigures.of("t", rankings, null, Set.of(), QUICK);
    // chatgpt against tulu_65B: a count by hand over the file's verdicts.
    double wins =
        rankings.stream()
            .filter(r -> r.policies().contains("chatgpt"))
            .mapToDouble(
                r -> {
                  int i = r.policies().indexOf("chatgpt");
                  return Double.compare(r.ranks().get(1 - i), r.ranks().get(i)) * 0.5 + 0.5;
                })
            .average()
            .orElseThrow();
    assertThat(
            set.figures().stream()
                .filter(f -> f.model().equals("chatgpt"))
                .findFirst()
                .orElseThrow()
                .value())
        .isCloseTo(wins, within(1e-12));
  }

  private static FigureSet of(List<Ranking> rankings, Set<String> heldOut) {
    return PreferenceFigures.of("t", rankings, "sft", heldOut, QUICK);
  }

  private static double value(FigureSet set, String metric, String group) {
    return set.figures().stream()
        .filter(f -> f.metric().equals(metric) && f.model().equals("ppo"))
        .filter(f -> f.promptType().equals(group))
        .mapToDouble(Figure::value)
        .findFirst()
        .orElseThrow();
  }

  /** ppo has the first rank, sft the second. */
  private static Ranking ranking(String prompt, UseCase useCase, String labeler, int ppo, int sft) {
    Metadata good =
        new Metadata(false, false, false, null, null, null, null, null, null, null, null);
    Metadata bad = new Metadata(true, true, true, null, null, null, null, null, null, null, null);
    return new Ranking(
        new Prompt(
            prompt, List.of(Message.user("?")), "u1", useCase, PromptKind.PLAIN, Split.TRAIN),
        List.of("long answer", "answer"),
        List.of(ppo, sft),
        List.of("ppo", "sft"),
        List.of(6, 3),
        List.of(good, bad),
        labeler);
  }
}
