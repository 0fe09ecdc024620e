package io.rlhf4j.model;

import io.rlhf4j.tensor.OneDnn;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer, x W^T + b, in the dtype of a forward pass.
 *
 * @param weight [O, I]; plain, or packed by {@link OneDnn} for passes without gradients
 * @param bias [O], plain
 */
record Linear(Tensor weight, @Nullable Tensor bias) {
  /** [..., I] to [..., O]. */
  Tensor of(Tensor x) {
    return shaped(x, weight.is_mkldnn() ? packed(x, OneDnn.Then.NOTHING) : plain(rows(x)));
  }

  /** The layer and an activation, [..., I] to [..., O]. */
  Tensor of(Tensor x, Activation activation) {
    OneDnn.Then then =
        switch (activation) {
          case GELU_NEW -> OneDnn.Then.GELU_TANH;
          case GELU -> OneDnn.Then.GELU;
          case RELU -> OneDnn.Then.RELU;
          case SILU -> null;
        };
    return weight.is_mkldnn() && then != null ? shaped(x, packed(x, then)) : activation.of(of(x));
  }

  private Tensor packed(Tensor x, OneDnn.Then then) {
    return OneDnn.linear(rows(x), weight, bias, then);
  }

  /**
   * A product of two matrices: with three dimensions libtorch adds the bias in a pass of its own.
   * And a single float32 row as a vector, which OpenBLAS multiplies in half the time of a matrix of
   * one row.
   */
  private Tensor plain(Tensor rows) {
    if (rows.size(0) == 1 && rows.scalar_type().intern() == ScalarType.Float) {
      Tensor row = rows.squeeze(0);
      return (bias == null ? torch.mv(weight, row) : torch.addmv(bias, weight, row)).unsqueeze(0);
    }
    return bias == null ? torch.linear(rows, weight) : torch.linear(rows, weight, bias);
  }

  private static Tensor rows(Tensor x) {
    return x.dim() == 3 ? x.flatten(0, 1) : x;
  }

  private Tensor shaped(Tensor x, Tensor y) {
    return x.dim() == 3 ? y.view(x.size(0), x.size(1), weight.size(0)) : y;
  }
}
