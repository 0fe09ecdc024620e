package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.model.RewardModel.Scored;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RewardShapingTest {
  /** The first ended by itself, the second was cut. */
  private static final boolean[] FINISHED = {true, false};

  private static float[] scores(
      @Nullable Double penalty, double clip, @Nullable Double fixed, double... raw) {
    RewardShaping shaping =
        new RewardShaping(new PpoConfig.RewardShape(penalty, clip, fixed, false));
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return Host.floats(shaping.scores(raw, FINISHED));
    }
  }

  @Test
  void aScoreIsClippedFirstAndThenPenalised() {
    assertThat(scores(null, 0, null, 7, -7)).containsExactly(7, -7);
    assertThat(scores(null, 5, null, 7, -7)).containsExactly(5, -5);
    assertThat(scores(1.0, 5, null, 7, 7)).containsExactly(5, 4);
  }

  @Test
  void aCompletionThatWasCutHasItsFixedScoreWhateverTheModelSays() {
    assertThat(scores(1.0, 5, -1.0, 7, 7)).containsExactly(5, -1);
  }

  @Test
  void tokensOfACutCompletionContributeNothingToAFixedScore() {
    List<Scored> judged =
        List.of(new Scored(3, new float[] {1, 2}), new Scored(6, new float[] {1, 2, 3}));
    try (TensorScope scope = TensorScope.withoutGradients()) {
      RewardShaping fixed = new RewardShaping(new PpoConfig.RewardShape(null, 0, -1.0, true));
      assertThat(Host.floats(fixed.shares(judged, FINISHED, 4).view(-1)))
          .containsExactly(1, 2, 0, 0, 0, 0, 0, 0);
      RewardShaping free = new RewardShaping(new PpoConfig.RewardShape(null, 0, null, true));
      assertThat(Host.floats(free.shares(judged, FINISHED, 4).view(-1)))
          .containsExactly(1, 2, 0, 0, 1, 2, 3, 0);
    }
  }
}
