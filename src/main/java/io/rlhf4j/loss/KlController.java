package io.rlhf4j.loss;

/**
 * The KL coefficient beta over a run: fixed, or steered towards a target (Ziegler et al. 2019,
 * section 2.2). Immutable; a checkpoint needs only {@link #beta}.
 *
 * @param beta the coefficient now, at least 0; InstructGPT: fixed 0.02
 * @param target KL per sequence, in nats, that an adaptive controller steers to; above 0
 * @param horizon episodes over which it reacts; above 0; infinity: beta is fixed
 */
public record KlController(double beta, double target, double horizon) {
  private static final double CLIP = 0.2;

  public KlController {
    if (!(beta >= 0 && beta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the KL coefficient must be a finite number, at least 0, was " + beta);
    }
    if (!(target > 0)) {
      throw new IllegalArgumentException("the KL target must be above 0, was " + target);
    }
    if (!(horizon > 0)) {
      throw new IllegalArgumentException("the KL horizon must be above 0, was " + horizon);
    }
  }

  /** A coefficient that never changes. */
  public static KlController fixed(double beta) {
    return new KlController(beta, 1, Double.POSITIVE_INFINITY);
  }

  /** One that follows the observed KL; lm-human-preferences: 0.15, 6 and 10,000. */
  public static KlController adaptive(double initial, double target, double horizon) {
    return new KlController(initial, target, horizon);
  }

  /**
   * The controller after a batch: beta (1 + e n / horizon) with e = clip(kl / target - 1, -0.2,
   * 0.2).
   *
   * @param kl mean KL per sequence of the batch, in nats
   * @param episodes n, number of sequences in the batch
   */
  public KlController next(double kl, long episodes) {
    double error = Math.max(-CLIP, Math.min(CLIP, kl / target - 1));
    return new KlController(beta * (1 + error * episodes / horizon), target, horizon);
  }
}
