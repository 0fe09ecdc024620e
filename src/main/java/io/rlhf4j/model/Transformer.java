package io.rlhf4j.model;

import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.OneDnn;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A decoder-only language model: its configuration, its weights, and the forward pass over a {@link
 * TokenBatch}. One class for GPT-2 and the Llama family; {@link Heads} says what is on top.
 *
 * <p>It may have an {@link Adapter}. The forward pass then takes W + alpha / r B A for each adapted
 * W, made once per pass and not per token: {@link Network} and generation know nothing of adapters,
 * and the model written afterwards is bit for bit the one that was trained. A second path through A
 * and B beside each product would save the full gradients' arithmetic, but give all of that up.
 *
 * <p>Not thread-safe. Owns its weights; a model made by {@link #with} owns its adapter only.
 */
public final class Transformer implements AutoCloseable {
  private final ModelConfig config;
  private final Precision precision;
  private final Heads heads;
  private final Weights weights;
  private final @Nullable Tensor rotary;
  private final @Nullable Adapter adapter;
  private final boolean ownsWeights;
  private boolean recomputesLayers;
  private @Nullable Recomputation pending;
  private final List<Pass.LogProbs> asked = new ArrayList<>(); // since the last backward pass

  private Transformer(ModelConfig config, Heads heads, Precision precision, boolean trainable) {
    this.config = config;
    this.precision = precision;
    this.heads = heads;
    this.weights = new Weights(plan(config, heads), trainable);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      this.rotary = config.family() == Family.GPT2 ? null : scope.keep(Rotary.table(config));
    }
    this.adapter = null;
    this.ownsWeights = true;
  }

  private Transformer(Transformer base, @Nullable Adapter adapter) {
    this.config = base.config;
    this.precision = base.precision;
    this.heads = base.heads;
    this.weights = base.weights;
    this.rotary = base.rotary;
    this.adapter = adapter;
    this.ownsWeights = false;
  }

  /** A model with all weights zero, to be filled from a file or another model. */
  public static Transformer empty(
      ModelConfig config, Heads heads, Precision precision, boolean trainable) {
    return new Transformer(config, heads, precision, trainable);
  }

  /** A language model with all weights zero. */
  public static Transformer language(ModelConfig config, Precision precision, boolean trainable) {
    return empty(config, Heads.LANGUAGE, precision, trainable);
  }

  /** A model with a scalar head in place of the language head (paper, section 3.5), all zero. */
  public static Transformer scalar(ModelConfig config, Precision precision, boolean trainable) {
    return empty(config, Heads.SCALAR, precision, trainable);
  }

  /** A language model with fresh random weights (GPT-2's scheme). */
  public static Transformer fresh(ModelConfig config, Precision precision, long seed) {
    Transformer model = language(config, precision, true);
    Initialization.gpt2(model, seed);
    return model;
  }

  /**
   * This model with an adapter beside it, or without one: the weights are there once, and this
   * model stays what it was.
   *
   * @param adapter owned by the result, which this model must outlive
   */
  public Transformer with(@Nullable Adapter adapter) {
    return new Transformer(this, adapter);
  }

  /**
   * Gradient checkpointing: of each layer only the input is kept for the backward pass, which
   * computes the layer again. Less memory, about a third more arithmetic, the same gradients. A
   * backward pass must then be taken by {@link #backward}, and before the next forward pass.
   *
   * @return this
   */
  public Transformer recomputingLayers(boolean on) {
    recomputesLayers = on;
    return this;
  }

  static Weights.Plan plan(ModelConfig c, Heads heads) {
    Weights.Plan plan = new Weights.Plan();
    boolean gpt2 = c.family() == Family.GPT2;
    long width = c.hiddenSize();
    long attended = (long) c.heads() * c.headDim();
    long shared = (long) c.keyValueHeads() * c.headDim();
    long inner = c.intermediateSize();
    plan.add("tokens", c.vocabularySize(), width);
    if (gpt2) {
      plan.add("positions", c.maxPositions(), width);
    }
    for (int i = 0; i < c.layers(); i++) {
      String at = "layers." + i + ".";
      norm(plan, at + "norm1", width, gpt2);
      stacked(plan, at + "qkv", List.of(attended, shared, shared), width, c.attentionBias());
      linear(plan, at + "out", width, attended, c.attentionOutputBias());
      norm(plan, at + "norm2", width, gpt2);
      stacked(plan, at + "up", gpt2 ? List.of(inner) : List.of(inner, inner), width, c.mlpBias());
      linear(plan, at + "down", width, inner, c.mlpBias());
    }
    norm(plan, "norm", width, gpt2);
    if (heads.scalar()) {
      linear(plan, "score", 1, width, true);
    }
    if (heads.language() && !c.tieWordEmbeddings()) {
      plan.add("head.weight", c.vocabularySize(), width);
    }
    return plan;
  }

  private static void norm(Weights.Plan plan, String name, long width, boolean bias) {
    plan.add(name + ".weight", width);
    if (bias) {
      plan.add(name + ".bias", width);
    }
  }

  private static void linear(Weights.Plan plan, String name, long out, long in, boolean bias) {
    stacked(plan, name, List.of(out), in, bias);
  }

  private static void stacked(
      Weights.Plan plan, String name, List<Long> outs, long in, boolean bias) {
    long out = outs.stream().mapToLong(Long::longValue).sum();
    plan.add(name + ".weight", outs, out, in);
    if (bias) {
      plan.add(name + ".bias", out);
    }
  }

  public ModelConfig config() {
    return config;
  }

  public Precision precision() {
    return precision;
  }

  /** The model's own weights, which an adapter leaves as they are. */
  public Weights weights() {
    return weights;
  }

  /** The weights that training changes: the adapter's if there is one, else the model's own. */
  public Weights trained() {
    return adapter == null ? weights : adapter.weights();
  }

  /** The adapter, or null when the model computes with its own weights. */
  public @Nullable Adapter adapter() {
    return adapter;
  }

  /** What the model has on top. */
  public Heads heads() {
    return heads;
  }

  /** Parameters of the model, embeddings included. */
  public long parameterCount() {
    return weights.count();
  }

  /**
   * The weights in the computation's dtype, tied to the autograd graph of the current scope when
   * gradients are on.
   */
  Network network() {
    // Losses take the head as it is stored, and then nobody asks for this one.
    return network(false, () -> head(false));
  }

  /** The weights packed for products with few rows, where this machine can; without gradients. */
  Network packedNetwork() {
    boolean packed = OneDnn.packs(precision.type());
    Linear head = head(packed);
    return network(packed, () -> head);
  }

  private Linear head(boolean packed) {
    return new Linear(matrix(headName(), packed), null);
  }

  private Network network(boolean packed, Supplier<Linear> head) {
    // With an adapter's gradients a layer is made when the pass comes to it: the backward pass
    // takes the latest operation first, so a layer's full gradients are used up before the next's
    // come.
    List<Block> layers = new Layers(packed);
    return new Network(
        config,
        precision.type(),
        recomputesLayers && TensorScope.recordsGradients() ? new Recomputation() : null,
        weights.get("tokens"),
        optional("positions"),
        adapter != null && TensorScope.recordsGradients() ? layers : List.copyOf(layers),
        weights.get("norm.weight"),
        optional("norm.bias"),
        heads.language() ? head : null,
        rotary);
  }

  /** The layers, each made at every asking. */
  private final class Layers extends AbstractList<Block> {
    private final boolean packed;

    Layers(boolean packed) {
      this.packed = packed;
    }

    @Override
    public Block get(int layer) {
      String at = "layers." + layer + ".";
      return new Block(
          weights.get(at + "norm1.weight"),
          optional(at + "norm1.bias"),
          linear(at + "qkv"),
          linear(at + "out"),
          weights.get(at + "norm2.weight"),
          optional(at + "norm2.bias"),
          linear(at + "up"),
          linear(at + "down"));
    }

    private Linear linear(String name) {
      Tensor bias = optional(name + ".bias");
      return new Linear(
          matrix(name + ".weight", packed), bias == null ? null : bias.to(precision.type()));
    }

    @Override
    public int size() {
      return config.layers();
    }
  }

  /** The unembedding as it is stored, [V, C] float32, where there is one. */
  Tensor languageHead() {
    if (!heads.language()) {
      throw new IllegalStateException("this model has a scalar head, not a language one");
    }
    return weights.get(headName());
  }

  private String headName() {
    return config.tieWordEmbeddings() ? "tokens" : "head.weight";
  }

  /** A matrix as the products take it. */
  private Tensor matrix(String name, boolean packed) {
    try (TensorScope scope = TensorScope.open()) { // what it is made from does not stay
      Tensor cast = effective(name).to(precision.type());
      return scope.keep(packed ? OneDnn.packed(cast) : cast);
    }
  }

  /**
   * A parameter as the forward pass takes it, float32: with the adapter's change, if it has one.
   */
  Tensor effective(String name) {
    Tensor own = weights.get(name);
    return adapter == null ? own : adapter.adapted(name, own);
  }

  private @Nullable Tensor optional(String name) {
    return weights.has(name) ? weights.get(name) : null;
  }

  /** A forward pass whose hidden states can be asked for logits or scores, at any position. */
  public Pass forward(TokenBatch batch, Dropout dropout) {
    return pass(batch, null, dropout);
  }

  /** {@link #forward(TokenBatch, Dropout)} without dropout. */
  public Pass forward(TokenBatch batch) {
    return forward(batch, Dropout.NONE);
  }

  /**
   * A forward pass that will be asked about some positions only, and saves what the last layer does
   * not compute at the others.
   *
   * @param positions flat indices into the B*T positions, in any order and any number of times
   */
  public Pass forward(TokenBatch batch, int[] positions, Dropout dropout) {
    int[] read = Arrays.stream(positions).sorted().distinct().toArray();
    return pass(batch, read.length == batch.ids().length ? null : stepped(read), dropout);
  }

  /** The last one is asked for once more, until there are as many as a size that comes often. */
  private static int[] stepped(int[] read) {
    int[] more = Arrays.copyOf(read, Shape.stepped(read.length));
    Arrays.fill(more, read.length, more.length, read.length == 0 ? 0 : read[read.length - 1]);
    return more;
  }

  /** {@link #forward(TokenBatch, int[], Dropout)} without dropout. */
  public Pass forward(TokenBatch batch, int[] positions) {
    return forward(batch, positions, Dropout.NONE);
  }

  private Pass pass(TokenBatch batch, int @Nullable [] read, Dropout dropout) {
    checkLength(batch);
    Network network = network();
    int window = config.slidingWindow() == null ? 0 : config.slidingWindow();
    Attention attention = new Attention.Plain(Attention.mask(batch, window).to(precision.type()));
    Tensor rows = read == null ? null : Host.longs(read, read.length);
    Tensor hidden =
        network.hidden(batch.idTensor(), batch.positionTensor(), attention, rows, dropout);
    if (network.recomputation() != null) {
      if (pending != null) {
        throw new IllegalStateException("the former pass has had no backward pass");
      }
      pending = network.recomputation();
    }
    return new Pass(this, network, hidden, read);
  }

  /** A backward pass will go on from these log-probabilities into the model. */
  void goesOnFrom(Pass.LogProbs logProbs) {
    asked.removeIf(Pass.LogProbs::gone); // of a pass that had no backward pass
    asked.add(logProbs);
  }

  /**
   * Adds the gradients of a loss to what is trained. A loss on log-probabilities goes through here
   * and not through the tensor's own backward pass, which ends at them.
   *
   * @param loss [] of the forward passes since the last backward pass; with gradient checkpointing
   *     of the newest
   */
  public void backward(Tensor loss) {
    Recomputation layers = pending;
    pending = null;
    Tensor whole = loss;
    asked.removeIf(Pass.LogProbs::gone);
    for (Pass.LogProbs logProbs : asked) {
      Tensor part = logProbs.sum(loss, languageHead());
      whole = part == null ? whole : whole.add(part);
    }
    asked.clear();
    whole.backward();
    if (layers != null) {
      layers.backward();
    }
  }

  private void checkLength(TokenBatch batch) {
    for (int position : batch.positions()) {
      if (position >= config.maxPositions()) {
        throw new IllegalArgumentException(
            "a sample has more tokens than the model's " + config.maxPositions() + " positions");
      }
    }
  }

  @Override
  public void close() {
    if (adapter != null) {
      adapter.close();
    }
    if (ownsWeights) {
      if (rotary != null) {
        rotary.close();
      }
      weights.close();
    }
  }
}
