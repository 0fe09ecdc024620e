package io.rlhf4j.tensor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Argument;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Linear layers with matrices that lie in the order in which oneDNN reads them. A plain matrix is
 * brought into that order before every product, which for a few rows takes longer than the product.
 *
 * <p>No gradients: for weights that are read many times and not changed. libtorch's own compiler
 * does the same with frozen models. The operations have no C++ function; they are called by name.
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
      this.name = lasting(new IValue(name));
      this.formula = lasting(formula == null ? new IValue() : new IValue(formula));
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
    } catch (RuntimeException e) {
      return false; // as for bfloat16 on a processor without the instructions
    }
  }

  /**
   * A copy that only {@link #linear} can read.
   *
   * @param matrix [O, I] float32 or bfloat16
   * @return opaque, of the same size
   */
  public static Tensor packed(Tensor matrix) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      IValueVector stack = new IValueVector(new IValue(matrix), new IValue());
      Operations.PACK.callBoxed(stack);
      return scope.keep(new Tensor(stack.get(0).toTensor()));
    }
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
      IValueVector stack =
          new IValueVector(
              new IValue(x),
              new IValue(packed),
              bias == null ? new IValue() : new IValue(bias),
              then.name,
              Operations.NO_SCALARS,
              then.formula);
      Operations.LINEAR.callBoxed(stack);
      return scope.keep(new Tensor(stack.get(0).toTensor()));
    }
  }

  /** Looked up once, where they exist. */
  private static final class Operations {
    static final OperatorHandle PACK = named("mkldnn::_reorder_linear_weight");
    static final OperatorHandle LINEAR = named("mkldnn::_linear_pointwise");

    /**
     * Parameters of other functions than those of {@link Then}: an empty list of the right type.
     */
    static final IValue NO_SCALARS = emptyList(LINEAR, 4);

    private static OperatorHandle named(String name) {
      return lasting(Dispatcher.singleton().findSchemaOrThrow(name, ""));
    }

    private static IValue emptyList(OperatorHandle operation, int argument) {
      Argument list = operation.schema().arguments().getPointer(argument);
      return lasting(new IValue(new GenericList(list.type().get().containedType(0))));
    }
  }

  /** Whatever scope is open where a constant is made must not free it. */
  private static <P extends Pointer> P lasting(P constant) {
    constant.retainReference();
    return constant;
  }
}
