package io.rlhf4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.tensor.TensorScope;

/** Checks that a piece of work leaves no native object behind. */
public final class LeakCheck {
  /**
   * What an earlier test left to the garbage collector may go during one run, a leak shows in all.
   */
  private static final int ATTEMPTS = 3;

  private LeakCheck() {}

  /**
   * Runs the work several times, each time in a scope, and compares the native objects around it.
   */
  public static void leavesNothing(Runnable work) {
    cleansUp(() -> inScope(work));
  }

  /** The same without a scope around the work, which must free what it makes by itself. */
  public static void cleansUp(Runnable work) {
    work.run(); // libtorch's own first-use allocations happen here
    long left = 0;
    for (int i = 0; i < ATTEMPTS; i++) {
      long before = TensorScope.liveObjects();
      work.run();
      left = TensorScope.liveObjects() - before;
      if (left == 0) {
        return;
      }
    }
    assertThat(left).as("native objects that the work left behind").isZero();
  }

  private static void inScope(Runnable work) {
    try (var scope = TensorScope.open()) {
      work.run();
    }
  }
}
