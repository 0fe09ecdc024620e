package io.rlhf4j.model;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.NearestName;
import io.rlhf4j.model.WeightLayout.Placement;
import io.rlhf4j.tensor.RandomStream;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Low-rank adaptation (Hu et al. 2021): beside a frozen matrix W [out, in] two small ones that are
 * trained, A [r, in] and B [out, r], and the model computes with
 *
 * <pre>
 * W + alpha / r * B A
 * </pre>
 *
 * <p>B starts at zero, so the model starts as the one it adapts. Each matrix of the checkpoint has
 * a pair of its own, whatever it is stacked with here, under the name that PEFT gives it. The
 * weight of a scalar head is small and usually fresh: it is trained whole. Its bias is not, as no
 * difference of scores depends on it.
 *
 * <p>Owns its weights, not those of the model.
 */
public final class Adapter implements AutoCloseable {
  /** The target that stands for every matrix within the layers. */
  public static final String ALL_LINEAR = "all-linear";

  private static final String HEAD = "score.weight";

  /**
   * How large an adapter is.
   *
   * @param parameters of all A and B, and of a scalar head's weight
   * @param adapted parameters of the matrices beside which they stand, and of what is stacked with
   *     those, since a pass makes the whole stack anew
   */
  public record Shape(long parameters, long adapted) {}

  private final int rank;
  private final double alpha;
  private final List<String> targets;
  private final Map<String, List<Placement>> adapted; // by parameter, in the order of their rows
  private final Weights weights;

  private Adapter(
      int rank,
      double alpha,
      List<String> targets,
      Map<String, List<Placement>> adapted,
      Weights.Plan plan) {
    this.rank = rank;
    this.alpha = alpha;
    this.targets = targets;
    this.adapted = adapted;
    this.weights = new Weights(plan, true);
  }

  /**
   * An adapter that changes nothing yet: B zero, A as PEFT draws it (Kaiming's uniform numbers with
   * a = sqrt(5), which is uniform in +- 1 / sqrt(in)), a scalar head's weight as the model has it.
   *
   * @param targets names of matrices as PEFT matches them, whole or from a dot to the end
   *     ("q_proj", "attn.c_proj"); or {@link #ALL_LINEAR} alone
   * @throws InputException when a target is none of the model's
   */
  public static Adapter fresh(
      Transformer model, int rank, double alpha, List<String> targets, long seed) {
    List<Placement> matrices = chosen(model.config(), model.heads(), targets);
    Weights.Plan plan = new Weights.Plan();
    Map<String, List<Placement>> adapted = new LinkedHashMap<>();
    for (Placement matrix : matrices) {
      adapted.computeIfAbsent(matrix.parameter(), name -> new ArrayList<>()).add(matrix);
      plan.add(nameOfA(matrix), rank, model.weights().get(matrix.parameter()).size(1));
      plan.add(nameOfB(matrix), matrix.rows(), rank);
    }
    if (model.heads().scalar()) {
      plan.add(HEAD, 1, model.config().hiddenSize());
    }
    List<String> named = isAll(targets) ? List.copyOf(shortNames(matrices)) : targets;
    Adapter adapter = new Adapter(rank, alpha, named, adapted, plan);
    adapter.weights.copyShared(model.weights()); // the head, if there is one
    try (TensorScope scope = TensorScope.withoutGradients();
        RandomStream random = RandomStream.of(seed)) {
      for (Placement matrix : matrices) {
        Tensor a = adapter.weights.get(nameOfA(matrix));
        random.uniform(a, 1 / Math.sqrt((double) a.size(1)));
      }
    }
    return adapter;
  }

  /**
   * The size of a {@link #fresh} one, from shapes alone.
   *
   * @throws InputException when a target is none of the model's
   */
  public static Shape shape(ModelConfig config, Heads heads, int rank, List<String> targets) {
    Map<String, Weights.Entry> entries = Transformer.plan(config, heads).byName();
    long parameters = heads.scalar() ? config.hiddenSize() : 0;
    Set<String> adapted = new HashSet<>();
    for (Placement matrix : chosen(config, heads, targets)) {
      long in = shapeOf(matrix, entries)[1];
      parameters += rank * (matrix.rows() + in);
      adapted.add(matrix.parameter());
    }
    return new Shape(
        parameters,
        entries.values().stream()
            .filter(entry -> adapted.contains(entry.name()))
            .mapToLong(Weights.Entry::size)
            .sum());
  }

  private static List<Placement> chosen(ModelConfig config, Heads heads, List<String> targets) {
    Map<String, Weights.Entry> entries = Transformer.plan(config, heads).byName();
    List<Placement> all =
        WeightLayout.of(config, heads).stream()
            .filter(place -> place.parameter().startsWith("layers."))
            .filter(place -> shapeOf(place, entries).length == 2)
            .toList();
    if (isAll(targets)) {
      return all;
    }
    for (String target : targets) {
      if (all.stream().noneMatch(matrix -> matches(matrix, target))) {
        throw new InputException(unknown(target, all, config.family()));
      }
    }
    return all.stream()
        .filter(matrix -> targets.stream().anyMatch(target -> matches(matrix, target)))
        .toList();
  }

  private static long[] shapeOf(Placement place, Map<String, Weights.Entry> entries) {
    return Objects.requireNonNull(entries.get(place.parameter()), place.parameter()).shape();
  }

  private static boolean isAll(List<String> targets) {
    return targets.equals(List.of(ALL_LINEAR));
  }

  private static boolean matches(Placement matrix, String target) {
    return module(matrix).equals(target) || module(matrix).endsWith("." + target);
  }

  private static String unknown(String target, List<Placement> all, Family family) {
    TreeSet<String> known = shortNames(all);
    String nearest = NearestName.of(target, known);
    return "lora.targets must be ["
        + ALL_LINEAR
        + "], or name matrices within the layers of a "
        + family.modelType()
        + " model: "
        + String.join(", ", known)
        + "; was '"
        + target
        + "'"
        + (nearest == null ? "" : "; did you mean '" + nearest + "'?");
  }

  private static TreeSet<String> shortNames(List<Placement> matrices) {
    TreeSet<String> names = new TreeSet<>();
    matrices.forEach(m -> names.add(module(m).substring(module(m).lastIndexOf('.') + 1)));
    return names;
  }

  /** The matrix's name in the checkpoint, e.g. "model.layers.0.self_attn.q_proj". */
  private static String module(Placement matrix) {
    return matrix.file().substring(0, matrix.file().length() - ".weight".length());
  }

  private static String nameOfA(Placement matrix) {
    return module(matrix) + ".lora_A.weight";
  }

  private static String nameOfB(Placement matrix) {
    return module(matrix) + ".lora_B.weight";
  }

  /** r, the inner dimension of every pair. */
  public int rank() {
    return rank;
  }

  /** The change is alpha / r times B A. */
  public double alpha() {
    return alpha;
  }

  /** Names that cover the adapted matrices of every layer. */
  public List<String> targets() {
    return targets;
  }

  /** What is trained: all A and B and a scalar head's weight, under PEFT's names. */
  public Weights weights() {
    return weights;
  }

  /**
   * A parameter as the adapted model computes with it, differentiable in A and B.
   *
   * @param frozen the model's own, [out, in] when adapted
   * @return the same shape; {@code frozen} itself when it is not adapted
   */
  Tensor adapted(String parameter, Tensor frozen) {
    if (parameter.equals(HEAD)) {
      return weights.get(HEAD);
    }
    List<Placement> matrices = adapted.getOrDefault(parameter, List.of());
    if (matrices.isEmpty()) {
      return frozen;
    }
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> parts = new ArrayList<>();
      long row = 0;
      for (Placement matrix : matrices) {
        between(parts, frozen, row, matrix.firstRow());
        parts.add(adapted(matrix, frozen.narrow(0, matrix.firstRow(), matrix.rows())));
        row = matrix.firstRow() + matrix.rows();
      }
      between(parts, frozen, row, frozen.size(0));
      return scope.keep(
          parts.size() == 1
              ? parts.get(0)
              : torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 0));
    }
  }

  /** The rows of a stacked parameter that are not adapted. */
  private static void between(List<Tensor> parts, Tensor frozen, long begin, long end) {
    if (begin < end) {
      parts.add(frozen.narrow(0, begin, end - begin));
    }
  }

  /**
   * The same for one tensor of the checkpoint.
   *
   * @param frozen its rows of the model's own parameter
   */
  Tensor adapted(Placement place, Tensor frozen) {
    if (place.parameter().equals(HEAD)) {
      return weights.get(HEAD);
    }
    if (!adapted.getOrDefault(place.parameter(), List.of()).contains(place)) {
      return frozen;
    }
    return torch.addmm(
        frozen,
        weights.get(nameOfB(place)),
        weights.get(nameOfA(place)),
        new Scalar(1.0),
        new Scalar(alpha / rank));
  }

  @Override
  public void close() {
    weights.close();
  }
}
