package io.rlhf4j.train;

import io.rlhf4j.model.Adapter;
import io.rlhf4j.model.Heads;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.Transformer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Low-rank adaptation (Hu et al. 2021) in place of training every weight: see {@link Adapter}.
 *
 * @param rank inner dimension r of each pair of small matrices; 0 = every weight is trained
 * @param alpha the change is alpha / r times their product
 * @param targets matrices that are adapted, as PEFT names them (q_proj, v_proj, c_attn, ...);
 *     [all-linear] = every matrix within the layers
 */
public record LoraConfig(int rank, double alpha, List<String> targets) {
  public LoraConfig {
    targets = List.copyOf(targets);
    Checks.require(
        rank >= 0, "lora.rank", "must be at least 0 (0 = every weight is trained)", rank);
    Checks.require(
        alpha > 0 && alpha < Double.POSITIVE_INFINITY,
        "lora.alpha",
        "must be positive; a usual value is twice the rank",
        alpha);
    Checks.require(
        !targets.isEmpty() && targets.stream().noneMatch(String::isBlank),
        "lora.targets",
        "must name at least one matrix, such as [q_proj, v_proj], or be ["
            + Adapter.ALL_LINEAR
            + "]",
        targets);
    Checks.require(
        targets.size() == 1 || !targets.contains(Adapter.ALL_LINEAR),
        "lora.targets",
        "must hold " + Adapter.ALL_LINEAR + " alone or not at all",
        targets);
  }

  /** Every weight is trained. With a rank alone: TRL's alpha, every matrix. */
  public static LoraConfig off() {
    return new LoraConfig(0, 32, List.of(Adapter.ALL_LINEAR));
  }

  /** The same with another rank. */
  public LoraConfig withRank(int newRank) {
    return new LoraConfig(newRank, alpha, targets);
  }

  /** Whether adapters are trained, and the model itself is not. */
  public boolean on() {
    return rank > 0;
  }

  /** Refuses an optimizer that adapters cannot have. */
  public void require(OptimizerConfig optimizer) {
    Checks.require(
        !on() || optimizer.muonLearningRate() == 0,
        "optimizer.muon_learning_rate",
        "must be 0 while lora.rank is above 0, as Muon is for whole matrices",
        optimizer.muonLearningRate());
  }

  /**
   * The size of the adapter of a model of that shape, or null without one.
   *
   * @throws io.rlhf4j.data.InputException when a target is none of the model's
   */
  public Adapter.@Nullable Shape shape(ModelConfig config, Heads heads) {
    return on() ? Adapter.shape(config, heads, rank, targets) : null;
  }

  /**
   * The model to train: the given one with a fresh adapter beside it, or the given one seen again.
   *
   * @param base owned by the caller, must outlive the result
   */
  public Transformer adapt(Transformer base, long seed) {
    return on()
        ? base.with(Adapter.fresh(base, rank, alpha, targets, Seeds.mix(seed, "adapter")))
        : base.with(null);
  }
}
