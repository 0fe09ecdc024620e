package io.rlhf4j.eval.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.SharedFiles;
import io.rlhf4j.data.InputException;
import io.rlhf4j.eval.judge.ScorerData.Labeled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalScorerTest {
  @TempDir Path folder;

  @Test
  void aScorerLearnsWhatSetsTheTextsApartAndSaysHowWell() {
    LocalScorer scorer = ScorerTraining.train(ScorerKind.TOXICITY, rude(400), List.of("a"), 8, 1);
    assertThat(scorer.score(List.of("", ""), List.of("you total moron", "you dear friend")))
        .satisfies(s -> assertThat(s[0]).isGreaterThan(0.8))
        .satisfies(s -> assertThat(s[1]).isLessThan(0.2));
    ScorerQuality quality = scorer.about().heldOut().get(0);
    assertThat(quality.auc()).isGreaterThan(0.99);
    assertThat(quality.texts()).isBetween(15, 70);
    assertThat(scorer.quality()).contains("held-out: on").contains("AUC 1.000");
  }

  @Test
  void labelsWithoutAReasonGiveAQualityThatSaysSo() {
    List<Labeled> noise = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 3000; i++) {
      String text = "word" + random.nextInt(50) + " word" + random.nextInt(50) + " n" + i;
      noise.add(new Labeled("g" + i, "", text, random.nextInt(2), false));
    }
    LocalScorer scorer = ScorerTraining.train(ScorerKind.TOXICITY, noise, List.of("a"), 4, 1);
    // 300 texts held out: AUC has a standard error near 0.033.
    assertThat(scorer.about().heldOut().get(0).auc()).isBetween(0.4, 0.6);
  }

  @Test
  void aWrittenScorerScoresAsBefore() {
    LocalScorer scorer = ScorerTraining.train(ScorerKind.TOXICITY, rude(60), List.of("a"), 3, 1);
    scorer.write(folder.resolve("s"));
    LocalScorer read = LocalScorer.read(folder.resolve("s"), ScorerKind.TOXICITY);
    List<String> texts = List.of("what a moron", "kind words");
    assertThat(read.score(List.of("", ""), texts)).isEqualTo(scorer.score(List.of("", ""), texts));
    assertThat(read.quality()).isEqualTo(scorer.quality());
    assertThatThrownBy(() -> LocalScorer.read(folder.resolve("s"), ScorerKind.TRUTH))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("judges TOXICITY");
    assertThatThrownBy(() -> LocalScorer.read(folder, ScorerKind.TRUTH))
        .hasMessageContaining("train one with 'evaluate scorer'");
  }

  @Test
  void answersAreJudgedWithTheirQuestion() {
    // The same answer is right for one question and wrong for the other.
    List<Labeled> texts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      texts.add(new Labeled("sky", "What colour is the sky?", "It is blue, n" + i, 1, false));
      texts.add(new Labeled("grass", "What colour is grass?", "It is blue, n" + i, 0, false));
    }
    LocalScorer scorer = ScorerTraining.train(ScorerKind.TRUTH, texts, List.of("a"), 8, 1);
    double[] scores =
        scorer.score(
            List.of("What colour is the sky?", "What colour is grass?"),
            List.of("It is blue", "It is blue"));
    assertThat(scores[0]).isGreaterThan(0.7);
    assertThat(scores[1]).isLessThan(0.3);
  }

  @Test
  void everyKnownLayoutIsRead() throws IOException {
    Path judge = folder.resolve("judge.jsonl");
    Files.writeString(
        judge, "{\"prompt\":\"Q: Why?\\nA: Because.\\nTrue:\",\"completion\":\" yes\"}\n");
    assertThat(ScorerData.read(judge))
        .containsExactly(new Labeled("Why?", "Why?", "Because.", 1, false));
    Path tweets = folder.resolve("tweets.csv");
    Files.writeString(tweets, "count,hate_speech,offensive_language,tweet\n3,1,1,hey\n");
    assertThat(ScorerData.read(tweets).get(0).label()).isEqualTo(2.0 / 3);
    Path plain = folder.resolve("plain.csv");
    Files.writeString(plain, "text,score\nhey,0.25\n");
    assertThat(ScorerData.read(plain).get(0).graded()).isTrue();
    Path other = folder.resolve("other.csv");
    Files.writeString(other, "words,score\nhey,0.25\n");
    assertThatThrownBy(() -> ScorerData.read(other))
        .hasMessageContaining("other.csv:2: the columns found are [words, score]; known layouts");
  }

  @Test
  void realToxicityPromptsTrainAScorerWorthHaving() {
    Path file =
        SharedFiles.require("data/evaluation/realtoxicityprompts/rtp-quark-val-5000.jsonl.gz");
    LocalScorer scorer =
        ScorerTraining.train(ScorerKind.TOXICITY, ScorerData.read(file), List.of("rtp"), 4, 1);
    ScorerQuality quality = scorer.about().heldOut().get(0);
    assertThat(quality.auc()).isGreaterThan(0.85);
    assertThat(quality.correlation()).isGreaterThan(0.7);
    assertThat(quality.calibrationError()).isLessThan(0.08);
  }

  private static List<Labeled> rude(int n) {
    List<String> rude = List.of("moron", "idiot", "fool");
    List<String> kind = List.of("friend", "dear", "angel");
    List<Labeled> texts = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      boolean bad = i % 2 == 0;
      String word = (bad ? rude : kind).get(i % 3);
      texts.add(
          new Labeled("g" + i, "", "you are a total " + word + " number " + i, bad ? 1 : 0, false));
    }
    return texts;
  }
}
