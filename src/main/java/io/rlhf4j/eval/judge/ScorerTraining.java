package io.rlhf4j.eval.judge;

import io.rlhf4j.eval.judge.ScorerData.Labeled;
import io.rlhf4j.stats.TextClassifier;
import io.rlhf4j.stats.TextClassifier.Example;
import io.rlhf4j.stats.TextClassifier.Settings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Trains a scorer and measures it honestly: a twin is trained without one tenth of the groups and
 * without one tenth of the other texts, and judged on both; the scorer itself is then trained on
 * all.
 */
public final class ScorerTraining {
  private static final int BITS = 20;
  private static final double SHARE = 0.1;

  private ScorerTraining() {}

  public static LocalScorer train(
      ScorerKind kind, List<Labeled> labeled, List<String> data, int epochs, long seed) {
    List<Labeled> texts = withoutRepeats(labeled);
    SplittableRandom random = new SplittableRandom(seed);
    Set<String> groups = new LinkedHashSet<>();
    texts.forEach(text -> groups.add(text.group()));
    Set<String> heldOutGroups = new HashSet<>();
    groups.forEach(
        group -> {
          if (random.nextDouble() < SHARE) {
            heldOutGroups.add(group);
          }
        });
    boolean grouped = kind != ScorerKind.TOXICITY;
    List<Labeled> kept = new ArrayList<>();
    List<Labeled> newGroups = new ArrayList<>();
    List<Labeled> newTexts = new ArrayList<>();
    for (Labeled text : texts) {
      if (heldOutGroups.contains(text.group())) {
        newGroups.add(text);
      } else if (grouped && random.nextDouble() < SHARE) {
        newTexts.add(text);
      } else {
        kept.add(text);
      }
    }
    Settings settings = new Settings(BITS, epochs, 1e-6, seed);
    TextClassifier twin = TextClassifier.train(examples(kept), kind.features(), settings);
    List<ScorerQuality> quality = new ArrayList<>();
    if (grouped) {
      add(quality, "new answers to known questions", twin, newTexts);
      add(quality, "answers to new questions", twin, newGroups);
    } else {
      add(quality, "texts with a published score", twin, graded(newGroups, true));
      add(quality, "texts labeled yes or no", twin, graded(newGroups, false));
    }
    TextClassifier all = TextClassifier.train(examples(texts), kind.features(), settings);
    return new LocalScorer(new LocalScorer.About(kind, BITS, texts.size(), data, quality), all);
  }

  /** A text that stands twice would be known when it is held out. */
  private static List<Labeled> withoutRepeats(List<Labeled> texts) {
    Set<List<String>> seen = new HashSet<>();
    return texts.stream().filter(t -> seen.add(List.of(t.context(), t.text()))).toList();
  }

  private static List<Labeled> graded(List<Labeled> texts, boolean graded) {
    return texts.stream().filter(text -> text.graded() == graded).toList();
  }

  private static void add(
      List<ScorerQuality> quality, String what, TextClassifier twin, List<Labeled> texts) {
    if (texts.size() < 2) {
      return;
    }
    double[] scores =
        texts.stream().mapToDouble(t -> twin.probability(t.context(), t.text())).toArray();
    double[] labels = texts.stream().mapToDouble(Labeled::label).toArray();
    boolean scored = texts.stream().anyMatch(Labeled::graded);
    quality.add(ScorerQuality.of(what, scores, labels, scored));
  }

  private static List<Example> examples(List<Labeled> texts) {
    return texts.stream().map(t -> new Example(t.context(), t.text(), t.label())).toList();
  }
}
