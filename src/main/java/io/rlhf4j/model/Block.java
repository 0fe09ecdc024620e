package io.rlhf4j.model;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one transformer layer, in the dtype of a forward pass. C = hidden size, H heads of
 * D, G key/value heads, F = intermediate size; the norms' biases are null where the family has
 * none.
 *
 * @param norm1 [C] gain of the norm before attention
 * @param qkv [(H + 2 G) D, C] query, key and value projections, in that order
 * @param out [C, H D] projection of the heads back to the stream
 * @param norm2 [C] gain of the norm before the feed-forward part
 * @param up [F, C], or [2 F, C] = gate then up for gated activations
 * @param down [C, F]
 */
record Block(
    Tensor norm1,
    @Nullable Tensor norm1Bias,
    Linear qkv,
    Linear out,
    Tensor norm2,
    @Nullable Tensor norm2Bias,
    Linear up,
    Linear down) {}
