package io.rlhf4j.tensor;

import java.util.List;
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
import org.bytedeco.pytorch.Type;

/**
 * One of libtorch's operations that has no function of its own in Java, called by its name.
 *
 * <p>Arguments are neither checked nor completed: all of the operation's schema are given, in its
 * order and with its types, or the process may end.
 */
public final class Operation {
  private final OperatorHandle handle;
  private final Map<Integer, Type.TypePtr> elements = new ConcurrentHashMap<>();

  private Operation(OperatorHandle handle) {
    this.handle = handle;
  }

  /**
   * @param name with its namespace, such as aten::add_
   * @throws RuntimeException when this libtorch has no such operation
   */
  public static Operation named(String name) {
    return new Operation(lasting(Dispatcher.singleton().findSchemaOrThrow(name, "")));
  }

  /** Calls it for what it returns; lives in the scope around. */
  public Tensor result(IValue... arguments) {
    try (TensorScope scope = TensorScope.open()) {
      IValueVector stack = new IValueVector(arguments);
      handle.callBoxed(stack);
      return scope.keep(new Tensor(stack.get(0).toTensor()));
    }
  }

  /** Calls it for what it does to its arguments. */
  public void call(IValue... arguments) {
    try (TensorScope scope = TensorScope.open()) {
      handle.callBoxed(new IValueVector(arguments));
    }
  }

  /**
   * A list of the type that an argument of this operation has.
   *
   * @param argument its place, from 0
   */
  public IValue list(int argument, List<Tensor> tensors) {
    GenericList list = new GenericList(elements.computeIfAbsent(argument, this::element));
    tensors.forEach(tensor -> list.push_back(new IValue(tensor)));
    return new IValue(list);
  }

  /** Asked once: the binding copies the arguments of a schema and never frees them. */
  private Type.TypePtr element(int argument) {
    Argument declared = handle.schema().arguments().getPointer(argument);
    return lasting(declared.type().get().containedType(0));
  }

  /** A constant, which whatever scope is open must not free. */
  static <P extends Pointer> P lasting(P constant) {
    constant.retainReference();
    return constant;
  }
}
