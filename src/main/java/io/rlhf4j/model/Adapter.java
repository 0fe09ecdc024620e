package io.rlhf4j.model;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.NearestName;
import io.rlhf4j.tensor.RandomStream;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

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
   * An adapted matrix: a whole parameter, or some rows of a stacked one.
   *
   * @param module as in the checkpoint, e.g. "model.layers.0.self_attn.q_proj"
   * @param parameter the parameter here that holds it
   * @param firstRow where its rows begin in the parameter
   * @param rows how many it has
   */
  private record Site(String module, String parameter, long firstRow, long rows) {
    String a() {
      return module + ".lora_A.weight";
    }

    String b() {
      return module + ".lora_B.weight";
    }
  }

  private final int rank;
  private final double alpha;
  private final List<String> targets;
  private final Map<String, List<Site>> sites; // by parameter, in the order of their rows
  private final Weights weights;

  private Adapter(
      int rank,
      double alpha,
      List<String> targets,
      Map<String, List<Site>> sites,
      Weights.Plan plan) {
    this.rank = rank;
    this.alpha = alpha;
    this.targets = targets;
    this.sites = sites;
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
    Map<String, List<Site>> sites = sites(model, targets);
    Weights.Plan plan = new Weights.Plan();
    for (Site site : flat(sites)) {
      plan.add(site.a(), rank, model.weights().get(site.parameter()).size(1));
      plan.add(site.b(), site.rows(), rank);
    }
    if (model.isScalar()) {
      plan.add(HEAD, 1, model.config().hiddenSize());
    }
    List<String> named =
        targets.equals(List.of(ALL_LINEAR)) ? List.copyOf(shortNames(flat(sites))) : targets;
    Adapter adapter = new Adapter(rank, alpha, named, sites, plan);
    adapter.weights.copyShared(model.weights()); // the head, if there is one
    try (TensorScope scope = TensorScope.withoutGradients();
        RandomStream random = RandomStream.of(seed)) {
      for (Site site : flat(sites)) {
        Tensor a = adapter.weights.get(site.a());
        random.uniform(a, 1 / Math.sqrt((double) a.size(1)));
      }
    }
    return adapter;
  }

  private static Map<String, List<Site>> sites(Transformer model, List<String> targets) {
    List<Site> all = new ArrayList<>();
    for (WeightLayout.Placement place : WeightLayout.of(model.config(), model.isScalar())) {
      if (place.parameter().startsWith("layers.")
          && model.weights().get(place.parameter()).dim() == 2) {
        String module = place.file().substring(0, place.file().length() - ".weight".length());
        all.add(new Site(module, place.parameter(), place.firstRow(), place.rows()));
      }
    }
    boolean everything = targets.equals(List.of(ALL_LINEAR));
    for (String target : targets) {
      if (!everything && all.stream().noneMatch(site -> matches(site, target))) {
        throw new InputException(unknown(target, all, model.config().family()));
      }
    }
    Map<String, List<Site>> chosen = new LinkedHashMap<>();
    for (Site site : all) {
      if (everything || targets.stream().anyMatch(target -> matches(site, target))) {
        chosen.computeIfAbsent(site.parameter(), name -> new ArrayList<>()).add(site);
      }
    }
    return chosen;
  }

  private static boolean matches(Site site, String target) {
    return site.module().equals(target) || site.module().endsWith("." + target);
  }

  private static String unknown(String target, List<Site> all, Family family) {
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

  private static TreeSet<String> shortNames(List<Site> sites) {
    TreeSet<String> names = new TreeSet<>();
    sites.forEach(site -> names.add(site.module().substring(site.module().lastIndexOf('.') + 1)));
    return names;
  }

  private static List<Site> flat(Map<String, List<Site>> sites) {
    return sites.values().stream().flatMap(List::stream).toList();
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
    @Nullable List<Site> adapted = sites.get(parameter);
    if (adapted == null) {
      return frozen;
    }
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> parts = new ArrayList<>();
      long row = 0;
      for (Site site : adapted) {
        untouched(parts, frozen, row, site.firstRow());
        parts.add(
            torch.addmm(
                frozen.narrow(0, site.firstRow(), site.rows()),
                weights.get(site.b()),
                weights.get(site.a()),
                new Scalar(1.0),
                new Scalar(alpha / rank)));
        row = site.firstRow() + site.rows();
      }
      untouched(parts, frozen, row, frozen.size(0));
      return scope.keep(
          parts.size() == 1
              ? parts.get(0)
              : torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 0));
    }
  }

  private static void untouched(List<Tensor> parts, Tensor frozen, long begin, long end) {
    if (begin < end) {
      parts.add(frozen.narrow(0, begin, end - begin));
    }
  }

  @Override
  public void close() {
    weights.close();
  }
}
