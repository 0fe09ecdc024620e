package io.rlhf4j.train;

import java.util.SplittableRandom;

/**
 * The order in which samples are visited: a pure function of seed and position, so that a resumed
 * run sees the same batches without any stored state.
 */
public final class Order {
  private final int size;
  private final long seed;
  private int cachedEpoch = -1;
  private int[] permutation = {};

  public Order(int size, long seed) {
    if (size < 1) {
      throw new IllegalArgumentException("there is nothing to order");
    }
    this.size = size;
    this.seed = seed;
  }

  /** Which sample stands at a position; positions go on through shuffled epochs without end. */
  public int at(long position) {
    int epoch = Math.toIntExact(position / size);
    if (epoch != cachedEpoch) {
      permutation = permutation(epoch);
      cachedEpoch = epoch;
    }
    return permutation[(int) (position % size)];
  }

  /** The samples at {@code from .. from + count - 1}. */
  public int[] slice(long from, int count) {
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = at(from + i);
    }
    return indices;
  }

  private int[] permutation(int epoch) {
    SplittableRandom random = new SplittableRandom(Seeds.mix(seed, epoch));
    int[] p = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      p[i] = p[j];
      p[j] = i;
    }
    return p;
  }
}
