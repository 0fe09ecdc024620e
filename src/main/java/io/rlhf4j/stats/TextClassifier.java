package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Logistic regression over hashed words and letters: the probability that a text is of a kind.
 * Small and well understood; it knows words, not meanings.
 */
public final class TextClassifier {
  private static final double FIRST_RATE = 0.5;

  private final TextFeatures features;
  private final int bits;
  private final float[] weights;

  /**
   * @param weights [2^bits + 1], the last one is the intercept
   */
  public TextClassifier(TextFeatures features, int bits, float[] weights) {
    if (bits < 1 || bits > 26 || weights.length != (1 << bits) + 1) {
      throw new InputException(
          "a text classifier of %d bits needs %d weights, had %d"
              .formatted(bits, (1L << bits) + 1, weights.length));
    }
    this.features = features;
    this.bits = bits;
    this.weights = weights.clone();
  }

  /**
   * A text and how much it is of the kind.
   *
   * @param context what it answers; may be empty
   * @param label in [0, 1]: 1 yes, 0 no, between them as many of the raters as said yes
   */
  public record Example(String context, String text, double label) {}

  /**
   * @param epochs how often each example is seen
   * @param shrinkage pull of every weight towards 0, per example in which its feature occurs
   */
  public record Settings(int bits, int epochs, double shrinkage, long seed) {}

  /** Fits by AdaGrad (Duchi et al. 2011), whose steps shrink for features seen often. */
  public static TextClassifier train(
      List<Example> examples, TextFeatures features, Settings settings) {
    if (examples.isEmpty()) {
      throw new InputException("a text classifier needs at least 1 example, had 0");
    }
    int size = (1 << settings.bits()) + 1;
    float[] weights = new float[size];
    float[] squares = new float[size];
    int[][] indices = new int[examples.size()][];
    Arrays.setAll(
        indices,
        i -> features.indices(examples.get(i).context(), examples.get(i).text(), settings.bits()));
    int[] order = new int[indices.length];
    Arrays.setAll(order, i -> i);
    SplittableRandom random = new SplittableRandom(settings.seed());
    for (int epoch = 0; epoch < settings.epochs(); epoch++) {
      for (int i = order.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
      }
      for (int i : order) {
        double value = value(indices[i]);
        double error =
            LogisticRegression.sigmoid(score(weights, indices[i])) - examples.get(i).label();
        for (int f : indices[i]) {
          step(weights, squares, f, error * value + settings.shrinkage() * weights[f]);
        }
        step(weights, squares, size - 1, error);
      }
    }
    return new TextClassifier(features, settings.bits(), weights);
  }

  /** Probability that the text is of the kind. */
  public double probability(String context, String text) {
    return LogisticRegression.sigmoid(score(weights, features.indices(context, text, bits)));
  }

  public TextFeatures features() {
    return features;
  }

  public int bits() {
    return bits;
  }

  /** [2^bits + 1], the intercept last. */
  public float[] weights() {
    return weights.clone();
  }

  private static void step(float[] weights, float[] squares, int f, double gradient) {
    squares[f] += (float) (gradient * gradient);
    weights[f] -= (float) (FIRST_RATE * gradient / (Math.sqrt(squares[f]) + 1e-6));
  }

  private static double score(float[] weights, int[] indices) {
    double sum = 0;
    for (int f : indices) {
      sum += weights[f];
    }
    return weights[weights.length - 1] + sum * value(indices);
  }

  /** Each feature's value: long texts must not score higher for being long. */
  private static double value(int[] indices) {
    return indices.length == 0 ? 0 : 1 / Math.sqrt(indices.length);
  }
}
