package io.rlhf4j.model;

import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * All parameters of one model in one flat float32 buffer, with a gradient buffer of the same layout
 * beside it. Every named parameter is an autograd leaf that views its part of the buffer, so the
 * optimizer, clipping, averaging and checkpoints are one operation over the whole model.
 *
 * <p>Owns native memory for the model's life: {@link #close} frees it.
 */
public final class Weights implements AutoCloseable {
  /** Offsets are multiples of this many floats, so that every view starts on a cache line. */
  private static final long ALIGNMENT = 16;

  /**
   * One parameter's place in the flat buffer.
   *
   * @param offset first element, in floats
   * @param parts rows of each matrix that is stacked in this one (query, key and value; gate and
   *     up), for whoever treats matrices as wholes; they sum to the first dimension
   */
  public record Entry(String name, long[] shape, long offset, List<Long> parts) {
    public Entry {
      parts = List.copyOf(parts);
    }

    /** Number of elements. */
    public long size() {
      long n = 1;
      for (long d : shape) {
        n *= d;
      }
      return n;
    }

    /** Whether weight decay applies: matrices and embeddings, not biases and norm gains. */
    public boolean decays() {
      return shape.length >= 2;
    }
  }

  /** Collects names and shapes before the memory is taken. */
  public static final class Plan {
    private final List<Entry> entries = new ArrayList<>();
    private long end;

    /** Adds a parameter behind the ones before it. */
    public Plan add(String name, long... shape) {
      return add(name, List.of(shape[0]), shape);
    }

    /** Where every parameter will lie. */
    public List<Entry> entries() {
      return List.copyOf(entries);
    }

    Map<String, Entry> byName() {
      Map<String, Entry> byName = new LinkedHashMap<>();
      entries.forEach(entry -> byName.put(entry.name(), entry));
      return byName;
    }

    /** Adds matrices stacked into one. */
    public Plan add(String name, List<Long> parts, long... shape) {
      Entry entry = new Entry(name, shape, end, parts);
      entries.add(entry);
      end = (end + entry.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      return this;
    }
  }

  private final Map<String, Entry> entries;
  private final Map<String, Tensor> leaves = new LinkedHashMap<>();
  private final List<Tensor> gradientViews = new ArrayList<>();
  private final Tensor flat;
  private final Tensor gradient;

  /** Zero-filled weights for a plan. Gradients may be left out for models that are only read. */
  public Weights(Plan plan, boolean trainable) {
    entries = Collections.unmodifiableMap(plan.byName());
    try (TensorScope scope = TensorScope.withoutGradients()) {
      TensorOptions options = new TensorOptions(ScalarType.Float);
      flat = scope.keep(torch.zeros(new long[] {plan.end}, options));
      gradient = scope.keep(torch.zeros(new long[] {trainable ? plan.end : 0}, options));
      for (Entry entry : entries.values()) {
        Tensor leaf = view(flat, entry).detach();
        if (trainable) {
          leaf.requires_grad_(true);
          Tensor gradientView = view(gradient, entry);
          leaf.mutable_grad().put(gradientView);
          gradientViews.add(scope.keep(gradientView));
        }
        leaves.put(entry.name(), scope.keep(leaf));
      }
    }
  }

  /** The parameter of that name: an autograd leaf when trainable. */
  public Tensor get(String name) {
    Tensor leaf = leaves.get(name);
    if (leaf == null) {
      throw new IllegalArgumentException("no parameter '" + name + "'; there are " + names());
    }
    return leaf;
  }

  /** Whether a parameter of that name exists. */
  public boolean has(String name) {
    return leaves.containsKey(name);
  }

  /** All names in the order of the buffer. */
  public List<String> names() {
    return List.copyOf(leaves.keySet());
  }

  /** Where every parameter lies. */
  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /** All parameters, [P] float32; the gaps between entries are zeros. */
  public Tensor flat() {
    return flat;
  }

  /** The gradients, [P] float32, or [0] when not trainable. */
  public Tensor gradient() {
    return gradient;
  }

  public boolean trainable() {
    return gradient.numel() > 0;
  }

  /** Number of parameters (without the gaps). */
  public long count() {
    return entries.values().stream().mapToLong(Entry::size).sum();
  }

  /** Sets every gradient to zero. */
  public void zeroGradient() {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      gradient.zero_();
    }
  }

  /** Takes over the numbers of another set of weights of the same layout. */
  public void copyFrom(Weights other) {
    copyFrom(other.flat);
  }

  /** Takes over a flat buffer [P] of the same layout. */
  public void copyFrom(Tensor otherFlat) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      flat.copy_(otherFlat);
    }
  }

  /** Takes over every parameter of {@code other} whose name and shape exist here as well. */
  public void copyShared(Weights other) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      for (Entry entry : entries.values()) {
        Entry theirs = other.entries.get(entry.name());
        if (theirs != null && java.util.Arrays.equals(theirs.shape(), entry.shape())) {
          view(flat, entry).copy_(view(other.flat, theirs));
        }
      }
    }
  }

  /** Name of the first parameter whose gradient has a NaN or an infinity, for error messages. */
  public String firstNonFinite(Tensor flatBuffer) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      for (Entry entry : entries.values()) {
        if (!torch.isfinite(view(flatBuffer, entry)).all().item_bool()) {
          return entry.name();
        }
      }
      return "(none)";
    }
  }

  private static Tensor view(Tensor buffer, Entry entry) {
    return buffer.narrow(0, entry.offset(), entry.size()).view(entry.shape());
  }

  @Override
  public void close() {
    leaves.values().forEach(Tensor::close);
    gradientViews.forEach(Tensor::close);
    gradient.close();
    flat.close();
  }
}
