package io.rlhf4j.eval;

import io.rlhf4j.eval.Report.Contest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds one's way in the steps of a report: sizes in their order, a model at a size. */
public final class Staircase {
  /** The paper's order, from worst to best. */
  public static final List<String> ORDER = List.of("GPT", "GPT-prompted", "SFT", "PPO-ptx");

  private final List<StaircaseStep> steps;

  public Staircase(Report report) {
    steps = report.staircase();
  }

  /** Sizes by their parameters, smallest first. */
  public List<String> sizes() {
    return steps.stream()
        .sorted(Comparator.comparingLong(StaircaseStep::parameters))
        .map(StaircaseStep::size)
        .distinct()
        .toList();
  }

  /**
   * The size with the most parameters among those that were fine-tuned (a base model may be
   * larger); among all when none was, or an empty text when there is none.
   */
  public String largest() {
    List<String> sizes = sizes();
    List<String> tuned = sizes.stream().filter(size -> find("SFT", size) != null).toList();
    List<String> candidates = tuned.isEmpty() ? sizes : tuned;
    return candidates.isEmpty() ? "" : candidates.get(candidates.size() - 1);
  }

  /** Models in the order of the report. */
  public List<String> models() {
    return steps.stream().map(StaircaseStep::model).distinct().toList();
  }

  /** The model at that size; null when it was not evaluated. */
  public @Nullable StaircaseStep find(String model, String size) {
    for (StaircaseStep step : steps) {
      if (step.model().equals(model) && step.size().equals(size)) {
        return step;
      }
    }
    return null;
  }

  /** The steps of one size in the order of the report. */
  public List<StaircaseStep> of(String size) {
    return steps.stream().filter(step -> step.size().equals(size)).toList();
  }

  /** The widest contest of PPO-ptx with a GPT larger than itself; null when none was held. */
  public static @Nullable Contest smallAgainstLarge(Report report) {
    return report.headToHead().stream()
        .filter(c -> c.model().equals("PPO-ptx") && c.opponent().equals("GPT"))
        .filter(c -> c.parametersRatio() > 1)
        .max(Comparator.comparingDouble(Contest::parametersRatio))
        .orElse(null);
  }

  /** The paper's four models at the largest size, as far as their win rate was measured. */
  List<StaircaseStep> chain() {
    List<StaircaseStep> chain = new ArrayList<>();
    for (String model : ORDER) {
      StaircaseStep step = find(model, largest());
      if (step != null && step.goldWinRateVsSft() != null) {
        chain.add(step);
      }
    }
    return chain;
  }
}
