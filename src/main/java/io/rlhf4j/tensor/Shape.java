package io.rlhf4j.tensor;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/**
 * Shape checks at the door of a calculation, because broadcasting would otherwise turn [4] - [4, 1]
 * into [4, 4] without a word.
 */
public final class Shape {
  private Shape() {}

  /** The sizes of a tensor as a Java array. */
  public static long[] of(Tensor tensor) {
    long[] shape = new long[Math.toIntExact(tensor.dim())];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = tensor.size(i);
    }
    return shape;
  }

  /**
   * A size, a little larger where need be, of which there are few: multiples of 16, and from 512 on
   * sixteen between a power of two and the next. For what may be padded. oneDNN compiles its
   * products for each size that it meets, and the memory of a tensor is found again at once when
   * the next one is as large: where every batch has sizes of its own, small models spend a third of
   * their time on that.
   *
   * @param size at least 0
   */
  public static long stepped(long size) {
    long step = Math.max(16, Long.highestOneBit(size) / 16);
    return (size + step - 1) / step * step;
  }

  /** The same for an int. */
  public static int stepped(int size) {
    return Math.toIntExact(stepped((long) size));
  }

  /**
   * Requires a shape; -1 stands for any size.
   *
   * @throws IllegalArgumentException naming the tensor, the shape wanted and the shape found
   */
  public static void require(String name, Tensor tensor, long... expected) {
    long[] actual = of(tensor);
    boolean same = actual.length == expected.length;
    for (int i = 0; same && i < expected.length; i++) {
      same = expected[i] == -1 || expected[i] == actual[i];
    }
    if (!same) {
      throw new IllegalArgumentException(
          name
              + " must have shape "
              + Arrays.toString(expected).replace("-1", "any")
              + ", had "
              + Arrays.toString(actual));
    }
  }

  /** Requires {@code tensor} to have the shape of {@code model}. */
  public static void requireSame(String name, Tensor tensor, String modelName, Tensor model) {
    if (!Arrays.equals(of(tensor), of(model))) {
      throw new IllegalArgumentException(
          name
              + " must have the shape of "
              + modelName
              + " "
              + Arrays.toString(of(model))
              + ", had "
              + Arrays.toString(of(tensor)));
    }
  }
}
