package io.rlhf4j.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The numbers of one logged step, in the order in which they were put.
 *
 * <p>Names are TRL's ({@code loss}, {@code objective/kl}, {@code eval_loss}, ...). A name that ends
 * in {@code _s} (seconds) or {@code _per_s} (a rate) tells of the machine, not of the training: two
 * runs of the same seed agree on all other numbers, never on these.
 */
public final class MetricsRow {
  /** One number and its name. Whole numbers are written without a fraction. */
  public record Metric(String name, double value, boolean whole) {}

  private final long step;
  private final List<Metric> metrics = new ArrayList<>();

  /**
   * @param step optimizer steps done, 1 after the first
   */
  public MetricsRow(long step) {
    this.step = step;
  }

  public long step() {
    return step;
  }

  /** The numbers in order. */
  public List<Metric> metrics() {
    return List.copyOf(metrics);
  }

  /** Adds a number; not finite ones are kept here and become null in metrics.jsonl. */
  public MetricsRow put(String name, double value) {
    return put(new Metric(name, value, false));
  }

  /** Adds a count. */
  public MetricsRow put(String name, long value) {
    return put(new Metric(name, value, true));
  }

  /** A number by its name. */
  public OptionalDouble get(String name) {
    return metrics.stream()
        .filter(m -> m.name().equals(name))
        .mapToDouble(Metric::value)
        .findFirst();
  }

  /** Whether numbers of this name differ between two runs of the same seed. */
  public static boolean isTiming(String name) {
    return name.endsWith("_s");
  }

  private MetricsRow put(Metric metric) {
    if (metric.name().isBlank() || metric.name().equals("step")) {
      throw new IllegalArgumentException("'" + metric.name() + "' is no name for a metric");
    }
    if (get(metric.name()).isPresent()) {
      throw new IllegalArgumentException(
          "metric '" + metric.name() + "' is there twice at step " + step);
    }
    metrics.add(metric);
    return this;
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("step", step);
    for (Metric metric : metrics) {
      if (!Double.isFinite(metric.value())) {
        json.putNull(metric.name());
      } else if (metric.whole()) {
        json.put(metric.name(), (long) metric.value());
      } else {
        json.put(metric.name(), metric.value());
      }
    }
    return json;
  }
}
