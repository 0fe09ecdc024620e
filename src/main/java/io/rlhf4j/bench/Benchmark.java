package io.rlhf4j.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Times pieces of work on a GPT-2 type model with random weights, those that are mostly matrix
 * products beside the rate at which this machine multiplies matrices in the same seconds.
 */
public record Benchmark(Sizes sizes) {
  /** What can be timed. */
  public enum Work {
    /** Nothing of ours: see {@link MachineRates}. */
    MACHINE,
    TRAIN,
    REWARD,
    DPO,
    GENERATE,
    PPO,
    LOAD;

    /** As it is written on the command line. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Measures.
   *
   * @param out told every figure as soon as it is known
   */
  public List<Measure> run(Work work, Consumer<Measure> out) {
    List<Measure> measures = new ArrayList<>();
    Consumer<Measure> both = out.andThen(measures::add);
    switch (work) {
      case MACHINE -> {}
      case TRAIN -> new TrainingWork(sizes).measure(both);
      case REWARD -> new PreferenceWork(sizes).reward(both);
      case DPO -> new PreferenceWork(sizes).dpo(both);
      case GENERATE -> new GenerationWork(sizes).measure(both);
      case PPO -> new PpoWork(sizes).measure(both);
      case LOAD -> new LoadWork(sizes).measure(both);
    }
    return measures;
  }
}
