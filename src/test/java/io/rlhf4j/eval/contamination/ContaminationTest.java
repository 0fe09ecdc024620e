package io.rlhf4j.eval.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.NearDuplicates;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.stats.Bootstrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContaminationTest {
  private static final Bootstrap QUICK = new Bootstrap(50, 0.95, 1);

  @TempDir Path folder;

  @Test
  void itemsThatTrainingHoldsAreCountedAndResultsGivenWithoutThem() throws IOException {
    Path train = folder.resolve("train.jsonl");
    Files.writeString(
        train,
        "{\"prompt\":\"Tell me: what is the tallest mountain on earth?\",\"completion\":\"x\"}\n"
            + "{\"prompt\":\"unrelated\",\"completion\":\"y\"}\n");
    Path outputs = folder.resolve("outputs.csv");
    Files.writeString(
        outputs,
        "model,question,answer,true,info\n"
            + "m,What is the tallest mountain on earth?,Everest,1,1\n"
            + "m,Who painted the ceiling of the chapel?,nobody,0,1\n");
    FigureSet set =
        Contamination.of(
            List.of(train), List.of(outputs), null, new Contamination.Rules(6, 0.5, 0.6), QUICK);
    assertThat(set.tables().get(0).rows())
        .containsExactly(List.of("outputs.csv", "2", "1 (50.0%)", "1 (50.0%)", "1 (50.0%)"));
    assertThat(set.tables().get(1).rows().get(0)).contains("outputs.csv:2", "1.00");
    assertThat(set.figures().stream().filter(f -> f.metric().equals("true")))
        .extracting(Figure::promptType, Figure::value)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("all items", 0.5),
            org.assertj.core.groups.Tuple.tuple("without overlap", 0.0),
            org.assertj.core.groups.Tuple.tuple("overlapping alone", 1.0));
  }

  @Test
  void nearDuplicatesAreThoseThatComparingAllPairsFinds() {
    SplittableRandom random = new SplittableRandom(4);
    List<String> training = new ArrayList<>();
    List<String> evaluation = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      List<String> words = new ArrayList<>();
      for (int w = 0; w < 40; w++) {
        words.add("w" + random.nextInt(1000));
      }
      training.add(String.join(" ", words));
      for (int changed = 0; changed < i % 6; changed++) {
        words.set(random.nextInt(40), "other" + changed);
      }
      evaluation.add(String.join(" ", words));
    }
    NearDuplicates found = NearDuplicates.of(evaluation, training);
    for (int e = 0; e < evaluation.size(); e++) {
      double best = 0;
      for (String text : training) {
        best = Math.max(best, jaccard(evaluation.get(e), text));
      }
      if (best >= 0.7) {
        assertThat(found.similarities().get(e)).isEqualTo(best);
        assertThat(found.nearest().get(e)).isEqualTo(e);
      } else {
        assertThat(found.similarities().get(e)).isLessThanOrEqualTo(best);
      }
    }
  }

  @Test
  void rulesThatMeanNothingAreRefused() {
    assertThatThrownBy(() -> new Contamination.Rules(0, 0.5, 0.5))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("n must be at least 1");
  }

  /** The slow way: word triples as sets. */
  private static double jaccard(String a, String b) {
    Set<List<String>> first = triples(a);
    Set<List<String>> second = triples(b);
    Set<List<String>> both = new HashSet<>(first);
    both.retainAll(second);
    return (double) both.size() / (first.size() + second.size() - both.size());
  }

  private static Set<List<String>> triples(String text) {
    List<String> words = List.of(text.split(" "));
    Set<List<String>> triples = new HashSet<>();
    for (int i = 0; i + 3 <= words.size(); i++) {
      triples.add(words.subList(i, i + 3));
    }
    return triples;
  }
}
