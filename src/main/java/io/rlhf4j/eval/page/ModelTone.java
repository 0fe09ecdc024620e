package io.rlhf4j.eval.page;

import io.rlhf4j.eval.chart.Tone;
import java.util.List;

/** Which colour a model has, the same one on the whole page. */
final class ModelTone {
  /** Longest names first: a series "PPO-ptx small" is PPO-ptx and not PPO. */
  private static final List<String> NAMES =
      List.of("GPT-prompted", "PPO-ptx", "GPT", "SFT", "PPO", "DPO");

  private ModelTone() {}

  /** Colour of a model. */
  static Tone of(String model) {
    return switch (model) {
      case "GPT" -> Tone.GREY;
      case "GPT-prompted" -> Tone.SLATE;
      case "SFT" -> Tone.BLUE;
      case "PPO" -> Tone.ORANGE;
      case "PPO-ptx" -> Tone.RED;
      case "DPO" -> Tone.GREEN;
      default -> Tone.PURPLE;
    };
  }

  /** Colour of a curve: its model's when its name begins with one, otherwise the n-th free one. */
  static Tone ofSeries(String series, int n) {
    for (String name : NAMES) {
      if (series.equals(name) || series.startsWith(name + " ")) {
        return of(name);
      }
    }
    List<Tone> free = List.of(Tone.INK, Tone.PURPLE, Tone.BLUE, Tone.GREEN);
    return free.get(n % free.size());
  }
}
