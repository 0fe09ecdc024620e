package io.rlhf4j.eval;

import io.rlhf4j.data.Ranking;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Sample;
import io.rlhf4j.stats.Calibration;
import io.rlhf4j.stats.Interval;
import io.rlhf4j.tokenizer.PromptFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How well a reward model predicts choices it has not seen, beside preferring the longer answer and
 * beside how well labelers predict each other.
 */
public final class RewardCheck {
  private static final int BINS = 10;

  /**
   * Predictions for some comparisons.
   *
   * @param probabilities [N] sigmoid of the score difference: that the chosen one is preferred
   * @param rightByLength how often the longer one was chosen; equal lengths count half
   */
  public record Predictions(double[] probabilities, double rightByLength) {
    /** Share of comparisons in which the chosen one scores higher; an equal score counts half. */
    public Rate accuracy() {
      double right = 0;
      for (double p : probabilities) {
        right += p > 0.5 ? 1 : p == 0.5 ? 0.5 : 0;
      }
      return Rate.of(Interval.wilson(right, probabilities.length));
    }

    /** Accuracy of preferring the longer, or the shorter if that does better. */
    public Rate lengthBaseline() {
      double n = probabilities.length;
      return Rate.of(Interval.wilson(Math.max(rightByLength, n - rightByLength), n));
    }
  }

  private RewardCheck() {}

  /**
   * Predicts every comparison of the rankings, in the order of {@link Ranking#comparisons}; each
   * output is scored once, however many comparisons it takes part in.
   */
  public static Predictions predict(
      RewardModel model, PromptFormat format, List<Ranking> rankings) {
    List<Sample> samples = new ArrayList<>();
    for (Ranking ranking : rankings) {
      int[] prompt = format.promptIds(ranking.prompt());
      for (String completion : ranking.completions()) {
        samples.add(new Sample(prompt, format.completionIds(completion)));
      }
    }
    double[] scores = model.score(samples, 128);
    List<Double> probabilities = new ArrayList<>();
    double byLength = 0;
    int first = 0;
    for (Ranking ranking : rankings) {
      for (int i = 0; i < ranking.size(); i++) {
        for (int j = 0; j < ranking.size(); j++) {
          if (ranking.ranks().get(i) < ranking.ranks().get(j)) {
            probabilities.add(1 / (1 + Math.exp(scores[first + j] - scores[first + i])));
            int difference =
                samples.get(first + i).completion().length
                    - samples.get(first + j).completion().length;
            byLength += difference > 0 ? 1 : difference == 0 ? 0.5 : 0;
          }
        }
      }
      first += ranking.size();
    }
    return new Predictions(
        probabilities.stream().mapToDouble(Double::doubleValue).toArray(), byLength);
  }

  /** The panel of the report. */
  public static RewardModelResult result(
      RewardModel model,
      PromptFormat format,
      List<Ranking> trainingLabelers,
      List<Ranking> heldOutLabelers,
      @Nullable Rate agreement) {
    Predictions own = predict(model, format, trainingLabelers);
    Predictions others = predict(model, format, heldOutLabelers);
    // Each comparison once from either side, so that predictions below one half occur as well.
    int n = own.probabilities().length;
    double[] predicted = new double[2 * n];
    double[] happened = new double[2 * n];
    for (int i = 0; i < n; i++) {
      predicted[i] = own.probabilities()[i];
      happened[i] = 1;
      predicted[n + i] = 1 - own.probabilities()[i];
    }
    Calibration calibration = Calibration.of(predicted, happened, BINS);
    return new RewardModelResult(
        model.transformer().parameterCount(),
        n,
        own.accuracy(),
        others.accuracy(),
        own.lengthBaseline(),
        agreement,
        calibration.bins().stream()
            .filter(b -> b.count() > 0)
            .map(b -> new RewardModelResult.CalibrationBin(b.predicted(), b.observed(), b.count()))
            .toList());
  }
}
