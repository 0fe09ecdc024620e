package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;

/** Points of the normal and Student t distributions below which a given share lies. */
final class Quantile {
  /** From here on the series below is closer than 1e-9, and the exact sum only slow. */
  private static final int MANY_DEGREES = 1000;

  private Quantile() {}

  /** How many standard errors a two-sided interval of this confidence reaches to each side. */
  static double normalReach(double confidence) {
    return normal((1 + requireConfidence(confidence)) / 2);
  }

  /** The same for a mean whose spread is estimated with n - 1 = {@code degrees}. */
  static double studentReach(double confidence, int degrees) {
    return studentT((1 + requireConfidence(confidence)) / 2, degrees);
  }

  /** x with P(X below x) = p, by Newton's method. */
  static double normal(double p) {
    double x = 0;
    for (int i = 0; i < 100; i++) {
      double step = (normalShare(x) - p) / normalDensity(x);
      // Far out the density is flat and a whole Newton step would overshoot.
      x -= Math.max(-1, Math.min(1, step));
      if (Math.abs(step) < 1e-15) {
        break;
      }
    }
    return x;
  }

  /** P(X below x) by the series 1/2 + density * (x + x^3/3 + x^5/(3*5) + ...). */
  static double normalShare(double x) {
    double term = x;
    double sum = x;
    for (int i = 3; Math.abs(term) > 1e-18 * Math.abs(sum) && i < 1000; i += 2) {
      term *= x * x / i;
      sum += term;
    }
    return 0.5 + normalDensity(x) * sum;
  }

  private static double normalDensity(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** t with P(T below t) = p, p at least 1/2. */
  static double studentT(double p, int degrees) {
    if (degrees > MANY_DEGREES) {
      double z = normal(p);
      double z3 = z * z * z;
      double first = (z3 + z) / (4.0 * degrees);
      double second = (5 * z3 * z * z + 16 * z3 + 3 * z) / (96.0 * degrees * degrees);
      return z + first + second;
    }
    double low = 0;
    double high = 1;
    while (studentShare(high, degrees) < p) {
      high *= 2;
    }
    for (int i = 0; i < 200 && low < high; i++) {
      double middle = (low + high) / 2;
      if (studentShare(middle, degrees) < p) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** P(T below t) for t at least 0: Abramowitz and Stegun, 26.7.3 and 26.7.4. */
  private static double studentShare(double t, int degrees) {
    double angle = Math.atan(t / Math.sqrt(degrees));
    double cos2 = Math.cos(angle) * Math.cos(angle);
    boolean odd = degrees % 2 == 1;
    double term = odd ? Math.cos(angle) : 1;
    double sum = degrees == 1 ? 0 : term;
    for (int k = odd ? 3 : 2; k < degrees; k += 2) {
      term *= cos2 * (k - 1) / k;
      sum += term;
    }
    double between = Math.sin(angle) * sum;
    double twoSided = odd ? 2 / Math.PI * (angle + between) : between;
    return 0.5 + twoSided / 2;
  }

  private static double requireConfidence(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new InputException(
          "confidence must lie between 0 and 1 (0.95 is usual), was " + confidence);
    }
    return confidence;
  }
}
