package io.rlhf4j.train;

/**
 * Independent seeds from one: the same inputs give the same seed, different ones unrelated ones.
 */
public final class Seeds {
  private Seeds() {}

  /** A seed for the {@code index}-th thing under {@code seed}. */
  public static long mix(long seed, long index) {
    long z = seed * 0x9E3779B97F4A7C15L + index * 0xD1B54A32D192ED03L + 0x8CB92BA72F3D8DD7L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A seed for a named purpose. */
  public static long mix(long seed, String purpose) {
    long h = 0;
    for (int i = 0; i < purpose.length(); i++) {
      h = 31 * h + purpose.charAt(i);
    }
    return mix(seed, h);
  }
}
