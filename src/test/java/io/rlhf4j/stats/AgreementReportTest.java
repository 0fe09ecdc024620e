package io.rlhf4j.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.SharedFiles;
import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.Message;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Split;
import io.rlhf4j.data.UseCase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AgreementReportTest {
  private static final Prompt CHAT = prompt("p1", UseCase.CHAT);
  private static final Prompt OPEN = prompt("p2", null);

  @Test
  void sharesByLabelerGroupAndUseCaseAreThoseCountedByHand() {
    // p1: ann 1, bob 1, hal 2 -> ann-bob yes, ann-hal no, bob-hal no
    // p2: ann 1, bob 2        -> ann-bob no
    List<Labeled> labels =
        List.of(
            label(CHAT, "ann", "labeler", 1, 2, null),
            label(CHAT, "bob", "labeler", 1, 2, null),
            label(CHAT, "hal", "held-out", 2, 1, null),
            label(OPEN, "ann", "labeler", 1, 2, null),
            label(OPEN, "bob", "labeler", 2, 1, null));
    AgreementReport report = AgreementReport.of(labels);
    assertThat(report.overall().pairs()).isEqualTo(4);
    assertThat(report.overall().agreeing()).isEqualTo(1);
    assertThat(report.byLabeler())
        .containsExactly(
            new AgreementShare("ann", 3, 1),
            new AgreementShare("bob", 3, 1),
            new AgreementShare("hal", 2, 0));
    assertThat(report.byGroups())
        .containsExactly(
            new AgreementShare("held-out with labeler", 2, 0), new AgreementShare("labeler", 2, 1));
    assertThat(report.byUseCase())
        .containsExactly(new AgreementShare("chat", 3, 1), new AgreementShare("unknown", 1, 0));
    // 0 of 1 is more disagreement than 1 of 3.
    assertThat(report.disputed()).extracting(AgreementShare::name).containsExactly("p2", "p1");
    assertThat(report.kappas()).hasSize(3);
    assertThat(report.drift()).isEmpty();
  }

  @Test
  void driftShowsALabelerWhoStopsAgreeing() {
    List<Labeled> labels = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Prompt prompt = prompt("p" + i, null);
      Instant at = Instant.ofEpochSecond(1000 + i);
      labels.add(label(prompt, "steady", "labeler", 1, 2, at));
      labels.add(label(prompt, "tired", "labeler", i < 10 ? 1 : 2, i < 10 ? 2 : 1, at));
    }
    // 20 rankings in 4 stretches of 5: all, all, none, none.
    assertThat(AgreementReport.of(labels).drift())
        .filteredOn(d -> d.labeler().equals("tired"))
        .extracting(d -> d.share().rate())
        .containsExactly(1.0, 1.0, 0.0, 0.0);
  }

  @Test
  void pandaLmsThreeAnnotatorsAgreeAsTheirAuthorsSay() {
    List<Labeled> labels =
        DatasetReader.readRankings(
                SharedFiles.require("data/preferences/pandalm-testset-v1-3annotators.json.gz"))
            .stream()
            .map(ranking -> new Labeled(ranking, "labeler", null))
            .toList();
    AgreementReport report = AgreementReport.of(labels);
    assertThat(report.overall().pairs()).isEqualTo(3 * 999);
    // All three agree on 879; of three answers two at least agree otherwise, or none do.
    assertThat(report.overall().rate()).isBetween(879 / 999.0, (879 + 120 / 3.0) / 999);
    assertThat(report.fleissComparisons()).isEqualTo(999);
    // Without missing labels alpha is Fleiss' kappa corrected for a small sample.
    FleissKappa fleiss = Objects.requireNonNull(report.fleiss());
    assertThat(report.alpha().alpha()).isCloseTo(fleiss.kappa(), within(1e-3));
    // The authors report Cohen's kappa between annotators from 0.85 to 0.88.
    assertThat(report.kappas()).hasSize(3).allMatch(k -> k.kappa() > 0.84 && k.kappa() < 0.89);
  }

  @Test
  void whatCameInAtOneStrokeHasNoDrift() {
    List<Labeled> labels = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Instant at = Instant.ofEpochSecond(1000);
      labels.add(label(prompt("p" + i, null), "ann", "labeler", 1, 2, at));
      labels.add(label(prompt("p" + i, null), "bob", "labeler", 1, 2, at));
    }
    assertThat(AgreementReport.of(labels).drift()).isEmpty();
  }

  private static Labeled label(
      Prompt prompt, String labeler, String group, int a, int b, @Nullable Instant at) {
    return new Labeled(Ranking.of(prompt, List.of("a", "b"), List.of(a, b), labeler), group, at);
  }

  private static Prompt prompt(String id, @Nullable UseCase useCase) {
    return new Prompt(
        id, List.of(Message.user("Why " + id)), null, useCase, PromptKind.PLAIN, Split.TRAIN);
  }
}
