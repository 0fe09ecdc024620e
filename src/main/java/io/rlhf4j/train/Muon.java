package io.rlhf4j.train;

import io.rlhf4j.model.Weights;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Muon (Jordan et al. 2024): momentum whose singular values are all made about 1 before it is
 * applied, for the matrices within a transformer's layers. Adam scales every number by its own
 * history; Muon lets every direction of a matrix move by the same amount, so rare directions are
 * learned as fast as common ones, and the miniature's pretraining needs fewer tokens for the same
 * loss.
 *
 * <pre>
 * m = mu m + (1 - mu) g
 * u = orthogonal((1 - mu) g + mu m)                     (Nesterov's form)
 * p = p (1 - lr decay) - lr sqrt(max(1, rows / columns)) u
 * </pre>
 *
 * <p>Embeddings, norm gains and biases stay with {@link AdamW}. The momentum belongs to this
 * object: close it.
 */
final class Muon implements AutoCloseable {
  /** Decay of the momentum. */
  private static final double MOMENTUM = 0.95;

  private static final int ITERATIONS = 5;

  /** One matrix; momentum is a view of the whole. */
  private record Matrix(Tensor parameters, Tensor gradient, Tensor momentum, double stretch) {}

  private final double decay;
  private final Tensor momentum; // [P], zero where no matrix is governed
  private final List<Matrix> matrices = new ArrayList<>();
  private final List<Tensor> owned = new ArrayList<>();

  /**
   * @param weights whose layers' matrices are updated in place by every step
   * @param decay weight decay, at least 0
   */
  Muon(Weights weights, double decay) {
    this.decay = decay;
    try (TensorScope scope = TensorScope.withoutGradients()) {
      this.momentum = own(torch.zeros_like(weights.flat()));
      for (Weights.Entry entry : weights.entries()) {
        if (governs(entry)) {
          long from = entry.offset();
          for (long rows : entry.parts()) { // stacked matrices would hold each other back
            from = add(weights, from, rows, entry.shape()[1]);
          }
        }
      }
    }
  }

  private long add(Weights weights, long from, long rows, long columns) {
    long end = from + rows * columns;
    matrices.add(
        new Matrix(
            own(weights.flat().detach().narrow(0, from, rows * columns).view(rows, columns)),
            own(weights.gradient().narrow(0, from, rows * columns).view(rows, columns)),
            own(momentum.narrow(0, from, rows * columns).view(rows, columns)),
            Math.sqrt(Math.max(1, (double) rows / columns))));
    return end;
  }

  /** Whether a parameter is one of the matrices of a layer, not an embedding, a gain or a bias. */
  static boolean governs(Weights.Entry entry) {
    return entry.name().startsWith("layers.") && entry.shape().length == 2;
  }

  /** One update from the gradients that lie in the weights' buffer. */
  void step(double rate) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      for (Matrix matrix : matrices) {
        try (TensorScope one = TensorScope.withoutGradients()) {
          matrix.momentum.lerp_(matrix.gradient, new Scalar(1 - MOMENTUM));
          Tensor update = orthogonal(matrix.gradient.lerp(matrix.momentum, new Scalar(MOMENTUM)));
          matrix.parameters.mul_(new Scalar(1 - rate * decay));
          matrix.parameters.add_(update, new Scalar(-rate * matrix.stretch));
        }
      }
    }
  }

  /**
   * The nearest matrix with orthogonal rows or columns, roughly: five Newton-Schulz steps with the
   * quintic of the authors bring every singular value into about [0.7, 1.2].
   *
   * @param matrix [R, C]
   * @return [R, C]
   */
  static Tensor orthogonal(Tensor matrix) {
    Shape.require("matrix [R, C]", matrix, -1, -1);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      boolean tall = matrix.size(0) > matrix.size(1);
      Tensor x = tall ? matrix.t() : matrix;
      x = x.div(torch.linalg_vector_norm(x).add(new Scalar(1e-7)));
      for (int i = 0; i < ITERATIONS; i++) {
        Tensor a = x.matmul(x.t());
        // 3.4445 x - 4.7750 a x + 2.0315 a a x
        Tensor b = torch.addmm(a, a, a, new Scalar(-4.7750), new Scalar(2.0315));
        x = torch.addmm(x, b, x, new Scalar(3.4445), new Scalar(1.0));
      }
      return scope.keep(tall ? x.t() : x);
    }
  }

  /** The momentum [P], for checkpoints; owned by this object. */
  Tensor momentum() {
    return momentum;
  }

  /** Takes up a saved momentum [P]. */
  void restore(Tensor saved) {
    Shape.requireSame("saved momentum", saved, "momentum", momentum);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      momentum.copy_(saved);
    }
  }

  @Override
  public void close() {
    owned.forEach(Tensor::close);
    owned.clear();
    matrices.clear();
  }

  private Tensor own(Tensor tensor) {
    tensor.retainReference(); // survives whatever scope is open
    owned.add(tensor);
    return tensor;
  }
}
