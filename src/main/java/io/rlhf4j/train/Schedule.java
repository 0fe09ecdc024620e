package io.rlhf4j.train;

import io.rlhf4j.data.InputException;

/**
 * Learning rate as a function of the update's index. {@code rate(0)} belongs to the first update;
 * past the planned total the last rate holds. A pure function, so a resumed run needs no state.
 */
public sealed interface Schedule {

  /** The learning rate used by the update with this index, counted from 0. */
  double rate(long step);

  /** What a linear warm-up gives the first update. */
  enum WarmUp {
    /** peak t / warm-up steps: the first update has rate 0 (the convention of transformers). */
    FROM_ZERO,
    /** peak (t + 1) / warm-up steps: the first update already moves. */
    FROM_ONE;

    double factor(long step, long steps) {
      return (double) (this == FROM_ZERO ? step : step + 1) / steps;
    }
  }

  /** The peak rate after an optional linear warm-up (0 steps: none). */
  record Constant(double peak, long warmUpSteps, WarmUp warmUp) implements Schedule {
    public Constant {
      requirePeak(peak);
      requireWarmUp(warmUpSteps, Long.MAX_VALUE);
    }

    /** The same rate for every update. */
    public Constant(double peak) {
      this(peak, 0, WarmUp.FROM_ZERO);
    }

    @Override
    public double rate(long step) {
      requireStep(step);
      return step < warmUpSteps ? peak * warmUp.factor(step, warmUpSteps) : peak;
    }
  }

  /**
   * Half a cosine from the peak down to {@code floor * peak} at {@code totalSteps}, after an
   * optional linear warm-up. InstructGPT's appendix C uses floor 0.1 and no warm-up for step 1 and
   * step 2.
   *
   * @param floor share of the peak that remains at the end, 0 to 1
   */
  record Cosine(double peak, long totalSteps, double floor, long warmUpSteps, WarmUp warmUp)
      implements Schedule {
    public Cosine {
      requirePeak(peak);
      requireTotal(totalSteps);
      requireFloor(floor);
      requireWarmUp(warmUpSteps, totalSteps);
    }

    /** InstructGPT's form: down to a floor, without warm-up. */
    public Cosine(double peak, long totalSteps, double floor) {
      this(peak, totalSteps, floor, 0, WarmUp.FROM_ZERO);
    }

    @Override
    public double rate(long step) {
      requireStep(step);
      if (step < warmUpSteps) {
        return peak * warmUp.factor(step, warmUpSteps);
      }
      double share = (1 + Math.cos(Math.PI * progress(step, warmUpSteps, totalSteps))) / 2;
      return peak * (floor + (1 - floor) * share);
    }
  }

  /**
   * A straight line from the peak down to {@code floor * peak} at {@code totalSteps}, after an
   * optional linear warm-up. Huang et al. anneal the reward model and the policy so, to floor 0.
   *
   * @param floor share of the peak that remains at the end, 0 to 1
   */
  record Linear(double peak, long totalSteps, double floor, long warmUpSteps, WarmUp warmUp)
      implements Schedule {
    public Linear {
      requirePeak(peak);
      requireTotal(totalSteps);
      requireFloor(floor);
      requireWarmUp(warmUpSteps, totalSteps);
    }

    /** Down to 0 without warm-up. */
    public Linear(double peak, long totalSteps) {
      this(peak, totalSteps, 0, 0, WarmUp.FROM_ZERO);
    }

    @Override
    public double rate(long step) {
      requireStep(step);
      if (step < warmUpSteps) {
        return peak * warmUp.factor(step, warmUpSteps);
      }
      return peak * (1 - (1 - floor) * progress(step, warmUpSteps, totalSteps));
    }
  }

  /**
   * InstructGPT's PPO schedule (appendix C): from a tenth of the peak up to the peak over the first
   * iterations, then constant; or from there in a straight line down to {@code floor * peak} at
   * {@code totalSteps}. One step here is one PPO iteration.
   *
   * @param floor share of the peak that remains at the end, 0 to 1; 1 = constant
   */
  record WarmupFromTenth(double peak, long warmUpSteps, long totalSteps, double floor)
      implements Schedule {
    private static final double START = 0.1;

    public WarmupFromTenth {
      requirePeak(peak);
      requireFloor(floor);
      requireWarmUp(warmUpSteps, floor == 1 ? Long.MAX_VALUE : totalSteps);
    }

    /** Constant after the warm-up, as in the paper. */
    public WarmupFromTenth(double peak, long warmUpSteps) {
      this(peak, warmUpSteps, warmUpSteps, 1);
    }

    /** The paper's ten iterations. */
    public WarmupFromTenth(double peak) {
      this(peak, 10);
    }

    @Override
    public double rate(long step) {
      requireStep(step);
      if (step < warmUpSteps) {
        return peak * (START + (1 - START) * step / warmUpSteps);
      }
      return peak * (1 - (1 - floor) * progress(step, warmUpSteps, totalSteps));
    }
  }

  private static double progress(long step, long warmUpSteps, long totalSteps) {
    return totalSteps == warmUpSteps
        ? 1
        : Math.min(1, (double) (step - warmUpSteps) / (totalSteps - warmUpSteps));
  }

  private static void requirePeak(double peak) {
    if (!(peak > 0 && peak < Double.POSITIVE_INFINITY)) {
      throw new InputException(
          "learning rate must be a finite number above 0, was " + peak + "; 1e-5 is a usual start");
    }
  }

  private static void requireTotal(long totalSteps) {
    if (totalSteps < 1) {
      throw new InputException(
          "the schedule's total steps must be at least 1, was "
              + totalSteps
              + "; give it the number of updates of the whole run");
    }
  }

  private static void requireFloor(double floor) {
    if (!(floor >= 0 && floor <= 1)) {
      throw new InputException(
          "the schedule's floor is a share of the peak and must be in [0, 1], was "
              + floor
              + "; InstructGPT uses 0.1");
    }
  }

  private static void requireWarmUp(long warmUpSteps, long totalSteps) {
    if (warmUpSteps < 0 || warmUpSteps > totalSteps) {
      throw new InputException(
          "warm-up steps must be in [0, "
              + (totalSteps == Long.MAX_VALUE ? "any" : totalSteps + ", the total")
              + "], was "
              + warmUpSteps);
    }
  }

  private static void requireStep(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("an update's index counts from 0, was " + step);
    }
  }
}
