package io.rlhf4j.stage;

import java.util.List;

/**
 * What a stage will hold in memory at once, computed from shapes and data before a model is loaded.
 *
 * @param items in the order in which they are told; their sum is the resident set to expect
 */
public record MemoryPlan(List<Item> items) {
  /**
   * @param what such as "policy: weights"
   * @param why the formula in words
   */
  public record Item(String what, String why, long bytes) {}

  public MemoryPlan {
    items = List.copyOf(items);
  }

  /** The sum. */
  public long total() {
    return items.stream().mapToLong(Item::bytes).sum();
  }

  /**
   * Pretraining from scratch.
   *
   * @throws io.rlhf4j.data.InputException when a file is missing or a setting cannot work
   */
  public static MemoryPlan of(PretrainStage.Job job) {
    return PretrainMemory.plan(job);
  }

  /**
   * Supervised fine-tuning.
   *
   * @throws io.rlhf4j.data.InputException when a file is missing or no demonstration fits
   */
  public static MemoryPlan of(SftStage.Job job) {
    return SftMemory.plan(job);
  }

  /**
   * A reward model.
   *
   * @throws io.rlhf4j.data.InputException when a file is missing or no ranking fits
   */
  public static MemoryPlan of(RewardStage.Job job) {
    return RewardMemory.plan(job);
  }

  /**
   * PPO and PPO-ptx.
   *
   * @throws io.rlhf4j.data.InputException when a file is missing or no prompt fits
   */
  public static MemoryPlan of(PpoStage.Job job) {
    return PpoMemory.plan(job);
  }

  /**
   * Direct preference optimization.
   *
   * @throws io.rlhf4j.data.InputException when a file is missing or no comparison fits
   */
  public static MemoryPlan of(DpoStage.Job job) {
    return DpoMemory.plan(job);
  }
}
