package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.GoldenCase;
import io.rlhf4j.data.InputException;
import io.rlhf4j.train.Schedule.WarmUp;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final Offset<Double> TOLERANCE = within(1e-12);

  @Test
  void ratesAgreeWithTheGoldenFile() {
    for (GoldenCase golden : GoldenCase.all("schedules.json")) {
      Schedule schedule = schedule(golden.input());
      double[] expected = golden.expectedNumbers("learning_rates");
      for (int step = 0; step < expected.length; step++) {
        assertThat(schedule.rate(step))
            .as("%s, step %d", golden, step)
            .isCloseTo(expected[step], within(golden.tolerance()));
      }
    }
  }

  private static Schedule schedule(JsonNode in) {
    double peak = in.get("peak").asDouble();
    long total = in.get("total").asLong();
    long warmUp = in.get("warmup").asLong();
    WarmUp start =
        in.path("warmup_convention").asText("from_zero").equals("from_one")
            ? WarmUp.FROM_ONE
            : WarmUp.FROM_ZERO;
    return switch (in.get("kind").asText()) {
      case "cosine" -> new Schedule.Cosine(peak, total, in.get("floor").asDouble(), warmUp, start);
      case "constant_with_warmup" -> new Schedule.Constant(peak, warmUp, start);
      case "linear" -> new Schedule.Linear(peak, total, 0, warmUp, start);
      case "ppo_warmup" -> new Schedule.WarmupFromTenth(peak, warmUp);
      default -> throw new IllegalArgumentException(in.get("kind").asText());
    };
  }

  @Test
  void cosineStartsAtThePeakIsHalfWayInTheMiddleAndEndsAtTheFloor() {
    var cosine = new Schedule.Cosine(1.0, 10, 0.1);
    assertThat(cosine.rate(0)).isCloseTo(1.0, TOLERANCE);
    assertThat(cosine.rate(5)).isCloseTo(0.55, TOLERANCE); // (1 + 0.1) / 2
    assertThat(cosine.rate(10)).isCloseTo(0.1, TOLERANCE);
    assertThat(cosine.rate(1000)).as("past the end").isCloseTo(0.1, TOLERANCE);
  }

  @Test
  void linearFallsInAStraightLineToItsFloor() {
    var linear = new Schedule.Linear(2.0, 4, 0.5, 0, WarmUp.FROM_ZERO);
    assertThat(linear.rate(1)).isCloseTo(1.75, TOLERANCE); // 2 (1 - 0.5 / 4)
    assertThat(linear.rate(4)).isCloseTo(1.0, TOLERANCE);
    assertThat(linear.rate(99)).isCloseTo(1.0, TOLERANCE);
  }

  @Test
  void thePaperWarmsUpFromATenthOverTenIterations() {
    var schedule = new Schedule.WarmupFromTenth(1.0);
    assertThat(schedule.rate(0)).isCloseTo(0.1, TOLERANCE);
    assertThat(schedule.rate(5)).isCloseTo(0.55, TOLERANCE);
    assertThat(schedule.rate(10)).isEqualTo(1.0);
    assertThat(schedule.rate(1_000_000)).isEqualTo(1.0);
  }

  @Test
  void afterItsWarmUpPpoMayFallInAStraightLine() {
    var schedule = new Schedule.WarmupFromTenth(2.0, 2, 10, 0.2);
    assertThat(schedule.rate(0)).isCloseTo(0.2, TOLERANCE);
    assertThat(schedule.rate(2)).isCloseTo(2.0, TOLERANCE);
    assertThat(schedule.rate(6)).isCloseTo(1.2, TOLERANCE); // 2 (1 - 0.8 x 4 / 8)
    assertThat(schedule.rate(10)).isCloseTo(0.4, TOLERANCE);
    assertThat(schedule.rate(99)).isCloseTo(0.4, TOLERANCE);
  }

  @Test
  void impossibleSettingsAreRefusedWithTheRuleAndTheValue() {
    assertThatThrownBy(() -> new Schedule.Constant(0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("above 0, was 0.0");
    assertThatThrownBy(() -> new Schedule.Cosine(1, 0, 0.1))
        .hasMessageContaining("at least 1, was 0");
    assertThatThrownBy(() -> new Schedule.Cosine(1, 5, 1.5))
        .hasMessageContaining("[0, 1], was 1.5");
    assertThatThrownBy(() -> new Schedule.Linear(1, 5, 0, 6, WarmUp.FROM_ZERO))
        .hasMessage("warm-up steps must be in [0, 5, the total], was 6");
  }
}
