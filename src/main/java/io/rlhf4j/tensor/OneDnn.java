package io.rlhf4j.tensor;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Linear layers with matrices that lie in the order in which oneDNN reads them. A plain matrix is
 * brought into that order before every product, which for a few rows takes longer than the product.
 *
 * <p>No gradients: for weights that are read many times and not changed. libtorch's own compiler
 * does the same with frozen models.
 */
public final class OneDnn {
  /** What becomes of every element of x W^T + b before it is written. */
  public enum Then {
    NOTHING("none", null),
    RELU("relu", null),
    /** By the error function. */
    GELU("gelu", "none"),
    /** By the tanh formula. */
    GELU_TANH("gelu", "tanh");

    private final IValue name;
    private final IValue formula;

    Then(String name, @Nullable String formula) {
      this.name = Operation.lasting(new IValue(name));
      this.formula = Operation.lasting(formula == null ? new IValue() : new IValue(formula));
    }
  }

  private static final Map<ScalarType, Boolean> PACKS = new ConcurrentHashMap<>();

  private OneDnn() {}

  /** Whether {@link #packed} and {@link #linear} work for a dtype on this machine. */
  public static boolean packs(ScalarType type) {
    return PACKS.computeIfAbsent(type, OneDnn::tried);
  }

  private static boolean tried(ScalarType type) {
    if (!torch.hasMKLDNN()) {
      return false;
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor matrix = torch.ones(new long[] {16, 16}).to(type);
      linear(matrix, packed(matrix), null, Then.NOTHING);
      return true;
    } catch (RuntimeException | LinkageError e) {
      return false; // bfloat16 on a processor without it, or a libtorch without these operations
    }
  }

  /**
   * A copy that only {@link #linear} can read.
   *
   * @param matrix [O, I] float32 or bfloat16
   * @return opaque, of the same size
   */
  public static Tensor packed(Tensor matrix) {
    return Operations.PACK.result(new IValue(matrix), new IValue());
  }

  /**
   * x W^T + b, and a function of every element.
   *
   * @param x [N, I] in the matrix's dtype
   * @param packed [O, I] from {@link #packed}
   * @param bias [O] in the same dtype
   * @return [N, O]
   */
  public static Tensor linear(Tensor x, Tensor packed, @Nullable Tensor bias, Then then) {
    try (TensorScope scope = TensorScope.open()) {
      IValue plus = bias == null ? new IValue() : new IValue(bias);
      return scope.keep(
          Operations.LINEAR.result(
              new IValue(x),
              new IValue(packed),
              plus,
              then.name,
              Operations.NO_SCALARS,
              then.formula));
    }
  }

  /** Looked up once, where they exist. */
  private static final class Operations {
    static final Operation PACK = Operation.named("mkldnn::_reorder_linear_weight");
    static final Operation LINEAR = Operation.named("mkldnn::_linear_pointwise");

    /** Parameters of other functions than those of {@link Then}. */
    static final IValue NO_SCALARS = Operation.lasting(LINEAR.list(4, List.of()));
  }
}
