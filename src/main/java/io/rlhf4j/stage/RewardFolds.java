package io.rlhf4j.stage;

import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.eval.RewardCheck;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.stats.Interval;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.WhenRunExists;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Does a reward model know people it never saw (paper, appendix E.2): the labelers are dealt into
 * groups; for each group a model is trained on the others and predicts both. One tenth of the
 * prompts is kept out of all training, so that the training labelers' choices are new to it too.
 */
public final class RewardFolds {
  private static final double TEST_SHARE = 0.1;
  private static final String OWN = "training labelers";
  private static final String OTHERS = "held-out labelers";

  private final RewardStage.Job job;
  private final List<Ranking> rankings;
  private final List<Set<String>> groups;
  private final Set<String> testPrompts;

  private RewardFolds(RewardStage.Job job, List<Ranking> rankings, int folds) {
    this.job = job;
    this.rankings = rankings;
    this.groups = groups(rankings, folds);
    this.testPrompts = testPrompts(rankings, job.training().seed());
  }

  /** Trains and judges all folds; each has a folder below the job's output. */
  public static FigureSet run(RewardStage.Job job, int folds, String configAsRead) {
    return new RewardFolds(job, DatasetReader.readRankings(job.rankings()), folds)
        .all(configAsRead);
  }

  /** Labelers so that every group has about as many rankings. */
  static List<Set<String>> groups(List<Ranking> rankings, int folds) {
    Map<String, Integer> counts = new HashMap<>();
    rankings.forEach(ranking -> counts.merge(ranking.labeler(), 1, Integer::sum));
    if (folds < 2 || counts.size() < folds) {
      throw new InputException(
          "folds must be at least 2 and at most the number of labelers, %d; was %d"
              .formatted(counts.size(), folds));
    }
    List<String> labelers = new ArrayList<>(new TreeSet<>(counts.keySet()));
    labelers.sort(Comparator.comparing(labeler -> -counts.getOrDefault(labeler, 0)));
    List<Set<String>> groups = new ArrayList<>();
    for (int f = 0; f < folds; f++) {
      groups.add(new TreeSet<>());
    }
    int[] sizes = new int[folds];
    for (String labeler : labelers) {
      int least = 0;
      for (int f = 1; f < folds; f++) {
        least = sizes[f] < sizes[least] ? f : least;
      }
      groups.get(least).add(labeler);
      sizes[least] += counts.getOrDefault(labeler, 0);
    }
    return groups;
  }

  private static Set<String> testPrompts(List<Ranking> rankings, long seed) {
    Set<String> prompts = new TreeSet<>();
    rankings.forEach(ranking -> prompts.add(ranking.prompt().id()));
    Random random = new Random(seed);
    Set<String> test = new HashSet<>();
    for (String prompt : prompts) {
      if (random.nextDouble() < TEST_SHARE) {
        test.add(prompt);
      }
    }
    return test;
  }

  private FigureSet all(String configAsRead) {
    List<Figure> figures = new ArrayList<>();
    Map<String, double[]> accuracies = new LinkedHashMap<>();
    accuracies.put(OWN, new double[groups.size()]);
    accuracies.put(OTHERS, new double[groups.size()]);
    for (int f = 0; f < groups.size(); f++) {
      Set<String> others = groups.get(f);
      Path folder = job.output().resolve("fold-" + (f + 1));
      Path train = folder.resolve("train.jsonl");
      DataFiles.writeRankings(train, those(r -> !others.contains(r.labeler()) && !isTest(r)));
      RewardStage.run(
          new RewardStage.Job(
              job.model(),
              train,
              job.center(),
              job.format(),
              job.precision(),
              job.gradientCheckpointing(),
              job.lora(),
              folder.resolve("run"),
              job.training()),
          configAsRead,
          WhenRunExists.REFUSE);
      Path model = folder.resolve("run").resolve("model");
      add(figures, accuracies, f, model, OWN, r -> !others.contains(r.labeler()));
      add(figures, accuracies, f, model, OTHERS, r -> others.contains(r.labeler()));
    }
    accuracies.forEach((who, values) -> figures.add(mean(who, values)));
    return FigureSet.of(
        "reward model, %d folds over %d labelers"
            .formatted(groups.size(), groups.stream().mapToInt(Set::size).sum()),
        notes(),
        Map.of(
            "accuracy",
            "share of comparisons to prompts kept out of training whose preferred output scores"
                + " higher; a fold's interval is Wilson's, the mean's is Student's over the folds"),
        figures);
  }

  private void add(
      List<Figure> figures,
      Map<String, double[]> accuracies,
      int fold,
      Path model,
      String who,
      Predicate<Ranking> labelers) {
    List<Ranking> judged = those(labelers.and(this::isTest));
    RewardCheck.Predictions predictions = predict(model, judged);
    var accuracy = predictions.accuracy();
    accuracies.getOrDefault(who, new double[0])[fold] = accuracy.rate();
    figures.add(
        new Figure(
            "reward model",
            "accuracy",
            "",
            "fold " + (fold + 1),
            "",
            who,
            (int) judged.stream().map(r -> r.prompt().id()).distinct().count(),
            predictions.probabilities().length,
            accuracy.rate(),
            accuracy.low(),
            accuracy.high(),
            null));
  }

  private RewardCheck.Predictions predict(Path model, List<Ranking> judged) {
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      RewardModel reward = ScalarFolder.read(model, tokenizer, Precision.FLOAT32, false);
      try (Transformer transformer = reward.transformer()) {
        PromptFormat format = PromptFormat.of(job.format(), tokenizer);
        int longest = transformer.config().maxPositions();
        List<Ranking> fitting =
            judged.stream()
                .filter(
                    r -> {
                      int prompt = format.promptIds(r.prompt()).length;
                      return r.completions().stream()
                          .allMatch(c -> prompt + format.completionIds(c).length < longest);
                    })
                .toList();
        if (fitting.stream().allMatch(r -> r.comparisons().isEmpty())) {
          throw new InputException(
              "a fold has nothing to be judged on: no ranking of its labelers to the prompts kept"
                  + " out fits the model; give more rankings or fewer folds");
        }
        return RewardCheck.predict(reward, format, fitting);
      }
    }
  }

  private static Figure mean(String who, double[] values) {
    Interval interval = Interval.mean(values, Interval.CONFIDENCE);
    return new Figure(
        "reward model",
        "accuracy",
        "",
        "mean of the folds",
        "",
        who,
        values.length,
        values.length,
        Arrays.stream(values).average().orElse(0),
        interval.low(),
        interval.high(),
        null);
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (int f = 0; f < groups.size(); f++) {
      notes.add("fold %d holds out %s".formatted(f + 1, String.join(", ", groups.get(f))));
    }
    notes.add(
        "%d of the prompts were kept out of all training; the paper found 72.4%% on its training"
                .formatted(testPrompts.size())
            + " labelers and 69.6% on held-out ones");
    return notes;
  }

  private boolean isTest(Ranking ranking) {
    return testPrompts.contains(ranking.prompt().id());
  }

  private List<Ranking> those(Predicate<Ranking> which) {
    return rankings.stream().filter(which).toList();
  }
}
