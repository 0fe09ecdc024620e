package io.rlhf4j.tensor;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A block in which native objects live: whatever is made inside is freed at its end, in place of
 * waiting for a garbage collector that does not see native memory. Plain numbers leave freely; a
 * tensor leaves by {@link #keep}.
 *
 * <pre>{@code
 * try (var scope = TensorScope.open()) {
 *   Tensor loss = ...;
 *   return loss.item_float();
 * }
 * }</pre>
 *
 * Scopes belong to the thread that opened them and close in reverse order.
 */
public final class TensorScope implements AutoCloseable {
  private final @Nullable PointerScope outer;
  private final PointerScope scope;
  private final @Nullable NoGradGuard noGrad;

  private TensorScope(boolean gradients) {
    outer = PointerScope.getInnerScope();
    scope = new PointerScope();
    noGrad = gradients ? null : new NoGradGuard();
  }

  /** A scope in which operations record gradients as usual. */
  public static TensorScope open() {
    return new TensorScope(true);
  }

  /** A scope in which nothing records gradients; the thread's former mode returns at its end. */
  public static TensorScope withoutGradients() {
    return new TensorScope(false);
  }

  /** Lets a tensor outlive this scope: the scope around it, if any, owns it from now on. */
  public Tensor keep(Tensor tensor) {
    if (outer == null) {
      // A tensor owned by no scope lives until its holder closes it.
      tensor.retainReference();
      return tensor;
    }
    outer.attach(tensor); // counts as a reference of the outer scope's own
    return tensor;
  }

  /** Whether operations of this thread record gradients at present. */
  public static boolean recordsGradients() {
    return GradMode.is_enabled();
  }

  /** Native objects alive in the whole process, for leak tests. */
  public static long liveObjects() {
    return Pointer.totalCount();
  }

  @Override
  public void close() {
    if (noGrad != null) {
      noGrad.close();
    }
    scope.close();
  }
}
