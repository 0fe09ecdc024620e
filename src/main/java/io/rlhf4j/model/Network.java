package io.rlhf4j.model;

import io.rlhf4j.tensor.TensorScope;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass: weights in the dtype of the computation, and what is done with them. GPT-2 and
 * the Llama family differ in norm, positions, activation and biases only, and all of that is in the
 * {@link ModelConfig}.
 *
 * <p>Lives in the scope it was made in; made anew for every training step, once for a generation.
 *
 * @param recomputation computes layers again in the backward pass, or null
 * @param tokens [V, C] embedding
 * @param positions [M, C] learned positions, or null with rotary ones
 * @param norm [C] gain of the last norm
 * @param head makes the unembedding, [V, C] (the embedding itself when tied); null without a
 *     language head
 * @param rotary [M, 2, D] cosines and sines, or null with learned positions
 */
record Network(
    ModelConfig config,
    ScalarType dtype,
    @Nullable Recomputation recomputation,
    Tensor tokens,
    @Nullable Tensor positions,
    List<Block> blocks,
    Tensor norm,
    @Nullable Tensor normBias,
    @Nullable Supplier<Linear> head,
    @Nullable Tensor rotary) {

  /**
   * Final hidden states, after the last norm.
   *
   * @param ids [B, T] int64
   * @param position [B, T] int64
   * @param read [N] int64, which of the B*T positions are asked for, or null for all. The last
   *     layer computes the others' keys and values, and no more: nobody looks at what comes after.
   * @param dropout of each branch's output (residual dropout)
   * @return [N, C], or [B, T, C] of all
   */
  Tensor hidden(
      Tensor ids, Tensor position, Attention attention, @Nullable Tensor read, Dropout dropout) {
    Tensor x = torch.embedding(tokens, ids);
    if (positions != null) {
      x = x.add(torch.embedding(positions, position));
    }
    x = dropout.of(x.to(dtype));
    Angles angles = rotary == null ? null : angles(position, attention.type(dtype));
    return normalize(layers(x, angles, attention, read, dropout), norm, normBias);
  }

  private Tensor layers(
      Tensor x,
      @Nullable Angles angles,
      Attention attention,
      @Nullable Tensor read,
      Dropout dropout) {
    Tensor stream = x;
    if (recomputation != null) {
      recomputation.begin(x);
    }
    for (int i = 0; i < blocks.size(); i++) {
      int layer = i;
      Tensor rows = layer == blocks.size() - 1 ? read : null;
      if (recomputation == null) {
        stream = layer(layer, stream, angles, attention, rows, dropout);
      } else {
        Dropout sameMasks = dropout.copied();
        stream =
            recomputation.through(
                in -> layer(layer, in, angles, attention, rows, dropout),
                in -> layer(layer, in, angles, attention, rows, sameMasks),
                stream);
      }
    }
    return recomputation == null ? stream : recomputation.end(stream);
  }

  /** What the graph does not keep is freed layer by layer, not at the end of the pass. */
  private Tensor layer(
      int layer,
      Tensor x,
      @Nullable Angles angles,
      Attention attention,
      @Nullable Tensor read,
      Dropout dropout) {
    try (TensorScope scope = TensorScope.open()) {
      Block block = blocks.get(layer);
      Tensor normed = normalize(x, block.norm1(), block.norm1Bias());
      Tensor mixed = at(read, mix(layer, block, normed, angles, attention));
      Tensor between = at(read, x).add(dropout.of(block.out().of(mixed)));
      normed = normalize(between, block.norm2(), block.norm2Bias());
      return scope.keep(between.add(dropout.of(feedForward(block, normed))));
    }
  }

  /** Rows of [B, T, C] as [N, C], or all of it as it is. */
  private static Tensor at(@Nullable Tensor read, Tensor all) {
    return read == null ? all : all.flatten(0, 1).index_select(0, read);
  }

  /** Scores of every token of the vocabulary, [..., C] to [..., V], in the computation's dtype. */
  Tensor logits(Tensor hidden) {
    return languageHead().of(hidden);
  }

  /** The unembedding, [V, C], where there is one. */
  private Linear languageHead() {
    if (head == null) {
      throw new IllegalStateException("this model has a scalar head, not a language one");
    }
    return head.get();
  }

  /** What the heads see, side by side: [B, T, C] to [B, T, H D]. */
  private Tensor mix(
      int layer, Block block, Tensor x, @Nullable Angles angles, Attention attention) {
    long b = x.size(0);
    long t = x.size(1);
    long h = config.heads();
    long g = config.keyValueHeads();
    long d = config.headDim();
    Tensor qkv = block.qkv().of(x).to(attention.type(dtype));
    Tensor query;
    Tensor key;
    Tensor value;
    if (h == g) {
      // One copy lays all three out head by head.
      Tensor all = qkv.view(b, t, 3, h, d).permute(2, 0, 3, 1, 4).contiguous();
      TensorVector parts = all.split_with_sizes(new long[] {2, 1}, 0); // queries and keys; values
      Tensor both = angles == null ? parts.get(0) : rotate(parts.get(0), angles);
      TensorVector queryAndKey = both.unbind(0);
      query = queryAndKey.get(0);
      key = queryAndKey.get(1);
      value = parts.get(1).squeeze(0);
    } else {
      query = qkv.narrow(2, 0, h * d).view(b, t, h, d).transpose(1, 2);
      key = qkv.narrow(2, h * d, g * d).view(b, t, g, d).transpose(1, 2);
      value = qkv.narrow(2, (h + g) * d, g * d).view(b, t, g, d).transpose(1, 2);
      if (angles != null) {
        query = rotate(query, angles);
        key = rotate(key, angles);
      }
    }
    Tensor mixed = attention.attend(layer, query, key, value).transpose(1, 2);
    return mixed.reshape(b, t, h * d).to(dtype);
  }

  /**
   * How far each position turns, the same in every layer.
   *
   * @param cos [B, 1, T, D]
   * @param sin [B, 1, T, D]
   */
  private record Angles(Tensor cos, Tensor sin) {}

  private Angles angles(Tensor position, ScalarType type) {
    Tensor both = torch.embedding(rotary, position).unsqueeze(1); // [B, 1, T, 2 D]
    TensorVector halves = both.chunk(2, -1);
    return new Angles(halves.get(0).to(type), halves.get(1).to(type));
  }

  /** Rotary positions, the two halves of each head turned against each other (Llama's order). */
  private static Tensor rotate(Tensor x, Angles angles) {
    TensorVector halves = x.chunk(2, -1); // their gradient is put together, not added up
    Tensor turned = torch.cat(new TensorVector(halves.get(1).neg(), halves.get(0)), -1);
    return x.mul(angles.cos()).add(turned.mul(angles.sin()));
  }

  private Tensor feedForward(Block block, Tensor x) {
    if (config.family() == Family.GPT2) {
      return block.down().of(block.up().of(x, config.activation()));
    }
    TensorVector gateAndUp = block.up().of(x).chunk(2, -1);
    Tensor gate = config.activation().of(gateAndUp.get(0));
    return block.down().of(gate.mul(gateAndUp.get(1)));
  }

  private Tensor normalize(Tensor x, Tensor gain, @Nullable Tensor bias) {
    long[] shape = {config.hiddenSize()};
    if (bias == null) {
      Tensor y =
          torch.rms_norm(
              x.to(ScalarType.Float),
              shape,
              new TensorOptional(gain),
              new DoubleOptional(config.normEpsilon()));
      return y.to(dtype);
    }
    return torch.layer_norm(
        x, shape, new TensorOptional(gain), new TensorOptional(bias), config.normEpsilon(), false);
  }
}
