package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.LeakCheck;
import org.junit.jupiter.api.Test;

class StoppedPpoTest {
  @Test
  void aRunThatIsStoppedHalfwayLeavesNoNativeObjectBehind() {
    LeakCheck.cleansUp(StoppedPpoTest::stopped);
  }

  private static void stopped() {
    PpoConfig config = Miniature.ppo(2, 0, Miniature.FREE, 0.9, Miniature.NO_CHECKPOINTS);
    try (Miniature.Cast cast = Miniature.Cast.fresh();
        Run run = Run.timed(seconds -> {})) {
      assertThatThrownBy(
              () ->
                  cast.trainer(config, run)
                      .observedBy(
                          (samples, finished, row) -> {
                            throw new DivergenceException("stopped by the observer");
                          })
                      .train())
          .isInstanceOf(DivergenceException.class);
    }
  }
}
