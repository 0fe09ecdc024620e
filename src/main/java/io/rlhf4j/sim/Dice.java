package io.rlhf4j.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Seeded choices; the only source of chance in this room. */
final class Dice {
  private final RandomGenerator random;

  Dice(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A seed that depends on every part, so that neighbouring seeds give unrelated streams. */
  static long seed(long first, Object... parts) {
    long h = first * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
    for (Object part : parts) {
      String text = String.valueOf(part);
      for (int i = 0; i < text.length(); i++) {
        h = (h ^ text.charAt(i)) * 0x100000001B3L;
      }
      h ^= h >>> 29;
      h *= 0xBF58476D1CE4E5B9L;
      h ^= h >>> 32;
    }
    return h;
  }

  <T> T one(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  String one(String... options) {
    return options[random.nextInt(options.length)];
  }

  /** An element that differs from {@code not}; the list needs two different ones. */
  <T> T other(List<T> list, T not) {
    T found = one(list);
    while (found.equals(not)) {
      found = one(list);
    }
    return found;
  }

  /** {@code n} different elements (all of them if there are fewer), in random order. */
  <T> List<T> some(List<T> list, int n) {
    List<T> left = new ArrayList<>(list);
    List<T> some = new ArrayList<>();
    while (some.size() < n && !left.isEmpty()) {
      int i = random.nextInt(left.size());
      some.add(left.set(i, left.get(left.size() - 1)));
      left.remove(left.size() - 1);
    }
    return some;
  }

  <T> List<T> shuffled(List<T> list) {
    List<T> copy = new ArrayList<>(list);
    for (int i = copy.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      T swap = copy.get(i);
      copy.set(i, copy.get(j));
      copy.set(j, swap);
    }
    return copy;
  }

  /** From low to high, both included. */
  int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  double uniform() {
    return random.nextDouble();
  }

  double gaussian() {
    return random.nextGaussian();
  }

  long nextSeed() {
    return random.nextLong();
  }

  /** An index drawn in proportion to the weights. */
  int weighted(double... weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    double at = random.nextDouble() * sum;
    for (int i = 0; i < weights.length - 1; i++) {
      at -= weights[i];
      if (at < 0) {
        return i;
      }
    }
    return weights.length - 1;
  }
}
