package io.rlhf4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.tensor.TensorScope;

/** Checks that a piece of work leaves no native object behind. */
public final class LeakCheck {
  private LeakCheck() {}

  /**
   * Runs the work twice, each time in a scope, and compares the native objects around the second.
   */
  public static void leavesNothing(Runnable work) {
    inScope(work); // libtorch's own first-use allocations happen here
    long before = TensorScope.liveObjects();
    inScope(work);
    assertThat(TensorScope.liveObjects()).isEqualTo(before);
  }

  private static void inScope(Runnable work) {
    try (var scope = TensorScope.open()) {
      work.run();
    }
  }
}
