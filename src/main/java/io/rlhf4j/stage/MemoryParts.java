package io.rlhf4j.stage;

import io.rlhf4j.model.Footprint;
import io.rlhf4j.model.Heads;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.ModelConfigReader;
import io.rlhf4j.model.Precision;
import io.rlhf4j.train.LoraConfig;
import io.rlhf4j.train.OptimizerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what a stage holds while it runs, model by model, and what a step adds at its widest.
 */
final class MemoryParts {
  /**
   * The process without a model: Java, its heap in use, libtorch's and oneDNN's code and their work
   * space, as runs of models of 4 to 100 million parameters gave it.
   */
  private static final long PROCESS = 380L << 20;

  /**
   * Share of all parts that the allocator keeps besides under the launcher's settings, in gaps and
   * for reuse, where one kind of step is repeated; from the same runs.
   */
  private static final double KEPT = 0.12;

  private final List<MemoryPlan.Item> items = new ArrayList<>();
  private long widest = -1;
  private String widestWork = "";

  /** The model of a folder as a stage trains it. */
  static Footprint learner(
      Path model, Precision precision, Heads heads, LoraConfig lora, boolean recomputes) {
    ModelConfig config = ModelConfigReader.read(model);
    return new Footprint(config, precision, heads, lora.shape(config, heads), recomputes);
  }

  MemoryParts add(String what, String why, long bytes) {
    items.add(new MemoryPlan.Item(what, why, bytes));
    return this;
  }

  /** A model that is only read. */
  MemoryParts read(String name, Footprint model) {
    return add(name + ": weights", "float32", model.weights());
  }

  /** A model that learns; at the stage's end it is written, matrix by matrix turned in memory. */
  MemoryParts trained(String name, Footprint model, OptimizerConfig optimizer) {
    read(name, model);
    if (model.adapter() != null) {
      add(name + ": adapter", "float32", model.trainedWeights());
    }
    add(name + ": gradients", "float32", model.gradients());
    add(name + ": optimizer", "two moments in float32", model.optimizer());
    if (optimizer.muonLearningRate() > 0) {
      add(name + ": momentum", "float32, for Muon", model.weights());
    }
    return atItsWidest("the weights as they are written", model.weights());
  }

  /** Work that needs so much for its while; of all such works the widest counts. */
  MemoryParts atItsWidest(String work, long bytes) {
    if (bytes > widest) {
      widest = bytes;
      widestWork = work;
    }
    return this;
  }

  MemoryPlan plan() {
    return plan(KEPT);
  }

  /**
   * @param kept share of all parts that the allocator keeps besides
   */
  MemoryPlan plan(double kept) {
    long asked = widest + items.stream().mapToLong(MemoryPlan.Item::bytes).sum();
    List<MemoryPlan.Item> all = new ArrayList<>();
    all.add(new MemoryPlan.Item("process", "Java, libtorch and their work space", PROCESS));
    all.addAll(items);
    all.add(new MemoryPlan.Item("a step at its widest", widestWork, widest));
    all.add(
        new MemoryPlan.Item(
            "allocator",
            "gaps, and freed memory kept for reuse: %.0f%% of the parts above"
                .formatted(100 * kept),
            Math.round(kept * asked)));
    return new MemoryPlan(all);
  }
}
