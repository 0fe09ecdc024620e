package io.rlhf4j.train;

import io.rlhf4j.model.NamedTensor;
import io.rlhf4j.model.SafetensorsReader;
import io.rlhf4j.model.Weights;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Turns accumulated gradients into one update of a model's weights: the guard against numbers that
 * are none, clipping, the schedule, Adam and Muon.
 */
final class Updater implements AutoCloseable {
  private final String name;
  private final Weights weights;
  private final OptimizerConfig config;
  private final AdamW adam;
  private final @Nullable Muon muon;

  /**
   * @param name of the model, for checkpoints and error messages
   */
  Updater(String name, Weights weights, OptimizerConfig config) {
    this.name = name;
    this.weights = weights;
    this.config = config;
    weights.zeroGradient(); // an earlier training may have ended in the middle of a step
    muon = config.muonLearningRate() > 0 ? new Muon(weights, config.weightDecay()) : null;
    adam =
        new AdamW(
            weights.flat(),
            new AdamW.Settings(
                config.beta1(),
                config.beta2(),
                config.epsilon(),
                config.weightDecay(),
                config.epsilonForm()),
            ranges(weights, Weights.Entry::decays),
            ranges(weights, entry -> muon == null || !Muon.governs(entry)));
  }

  /** Where the chosen parameters lie; neighbours are one range, as fewer are walked faster. */
  private static List<AdamW.Range> ranges(Weights weights, Predicate<Weights.Entry> chosen) {
    List<AdamW.Range> ranges = new ArrayList<>();
    boolean neighbour = false;
    for (Weights.Entry entry : weights.entries()) {
      boolean taken = chosen.test(entry);
      if (taken) {
        long begin = neighbour ? ranges.remove(ranges.size() - 1).begin() : entry.offset();
        ranges.add(new AdamW.Range(begin, entry.offset() + entry.size()));
      }
      neighbour = taken;
    }
    return ranges;
  }

  /**
   * Applies the accumulated gradient and clears it.
   *
   * @return the gradient's norm before clipping
   * @throws DivergenceException naming the tensor when the gradient is not finite; the weights are
   *     then as before
   */
  double update(double learningRate) {
    double limit = config.maxGradNorm() > 0 ? config.maxGradNorm() : Double.POSITIVE_INFINITY;
    double norm = adam.clippedStep(weights.gradient(), learningRate, limit);
    if (!Double.isFinite(norm)) {
      String tensor = weights.firstNonFinite(weights.gradient());
      weights.zeroGradient();
      throw new DivergenceException(
          "the gradient of '" + tensor + "' in the " + name + " model is not finite");
    }
    if (muon != null) {
      muon.step(learningRate * config.muonLearningRate() / config.learningRate());
    }
    weights.zeroGradient();
    return norm;
  }

  /**
   * Requires a loss of this model to be a number.
   *
   * @throws DivergenceException naming the weight that is none, if it comes from one; the
   *     accumulated gradient is then cleared
   */
  void requireFinite(String what, double loss) {
    if (!Double.isFinite(loss)) {
      weights.zeroGradient();
    }
    Guard.finite(what, loss, name, weights);
  }

  /** Weights and optimizer state, for a checkpoint. */
  List<NamedTensor> state() {
    List<NamedTensor> state = new ArrayList<>();
    state.add(new NamedTensor(name + ".weights", weights.flat()));
    state.add(new NamedTensor(name + ".adam.mean", adam.mean()));
    state.add(new NamedTensor(name + ".adam.square", adam.square()));
    state.add(new NamedTensor(name + ".adam.steps", Host.longs(new long[] {adam.steps()}, 1)));
    if (muon != null) {
      state.add(new NamedTensor(name + ".muon.momentum", muon.momentum()));
    }
    return state;
  }

  /** Takes up what {@link #state} wrote. */
  void restore(SafetensorsReader reader) {
    weights.zeroGradient();
    try (TensorScope scope = TensorScope.withoutGradients()) {
      weights.copyFrom(reader.read(name + ".weights"));
      Tensor steps = reader.read(name + ".adam.steps");
      adam.restore(
          reader.read(name + ".adam.mean"),
          reader.read(name + ".adam.square"),
          Host.longs(steps)[0]);
      if (muon != null) {
        muon.restore(reader.read(name + ".muon.momentum"));
      }
    }
  }

  @Override
  public void close() {
    adam.close();
    if (muon != null) {
      muon.close();
    }
  }
}
