package io.rlhf4j.model;

import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.jspecify.annotations.Nullable;

/**
 * Gradient checkpointing (Chen et al. 2016): of each layer a forward pass keeps the input only, and
 * the backward pass computes the layer once more when it comes to it. The activations of one layer
 * are there at a time, for about a third more arithmetic; the gradients are the same to the bit.
 *
 * <p>The graph has a gap between the embedding and the last layer's output. Its end is a leaf at
 * which the loss's backward pass stops; {@link #backward} then goes on from there, layer by layer.
 *
 * <p>For one forward pass and its one backward pass, in one scope.
 */
final class Recomputation {
  /**
   * @param layer what happened to the input, [B, T, C] to [B, T, C]
   */
  private record Kept(UnaryOperator<Tensor> layer, Tensor input) {}

  private final Deque<Kept> kept = new ArrayDeque<>();
  private @Nullable Tensor begin;
  private @Nullable Tensor end;

  /** The embedding, [B, T, C], with the graph behind it. */
  void begin(Tensor x) {
    begin = x;
  }

  /**
   * A layer's output, without a graph.
   *
   * @param layer the layer
   * @param again the same once more, which must come to the same output
   * @param x [B, T, C]
   */
  Tensor through(UnaryOperator<Tensor> layer, UnaryOperator<Tensor> again, Tensor x) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      kept.push(new Kept(again, scope.keep(x.detach())));
      return scope.keep(layer.apply(x));
    }
  }

  /** The last layer's output, [B, T, C], for what comes behind: a leaf. */
  Tensor end(Tensor x) {
    end = x.detach().set_requires_grad(true);
    return end;
  }

  /** Takes the gradient that has arrived at the end on to every layer and to the embedding. */
  void backward() {
    if (begin == null || end == null || !end.grad().defined()) {
      throw new IllegalStateException("the loss's own backward pass comes first");
    }
    Tensor gradient = end.grad();
    while (!kept.isEmpty()) {
      Kept last = kept.pop();
      try (TensorScope scope = TensorScope.open()) {
        Tensor x = last.input().detach().set_requires_grad(true);
        backward(last.layer().apply(x), gradient);
        gradient = scope.keep(new Tensor(x.grad())); // grad() is a view into x, which goes
      }
    }
    if (begin.requires_grad()) { // frozen embeddings have no graph
      backward(begin, gradient);
    }
  }

  private static void backward(Tensor of, Tensor gradient) {
    of.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
  }
}
