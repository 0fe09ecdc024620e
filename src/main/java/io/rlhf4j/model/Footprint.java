package io.rlhf4j.model;

import io.rlhf4j.loss.ProjectedLmLoss;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes a model takes, from its shape alone and before anything is loaded: what {@link
 * Weights}, {@link Network} and {@link KvCache} will allocate.
 *
 * @param precision of the computation; weights, gradients and moments are float32 in each
 * @param heads what the model has on top
 * @param adapter what is trained in place of the weights, or null
 * @param recomputes whether layers are computed again in the backward pass
 */
public record Footprint(
    ModelConfig config,
    Precision precision,
    Heads heads,
    Adapter.@Nullable Shape adapter,
    boolean recomputes) {
  private static final long FLOAT = 4;

  /** A model of which every weight is trained, or none. */
  public Footprint(ModelConfig config, Precision precision, Heads heads) {
    this(config, precision, heads, null, false);
  }

  /** Parameters, embeddings included. */
  public long parameters() {
    return Transformer.plan(config, heads).entries().stream().mapToLong(Weights.Entry::size).sum();
  }

  /** The float32 parameters. */
  public long weights() {
    return FLOAT * parameters();
  }

  /** The float32 parameters that are trained: the adapter's, if there is one. */
  public long trainedWeights() {
    return adapter == null ? weights() : FLOAT * adapter.parameters();
  }

  /** Their gradients, as large. */
  public long gradients() {
    return trainedWeights();
  }

  /** Adam's two moments. */
  public long optimizer() {
    return 2 * trainedWeights();
  }

  /**
   * The matrices in the computation's dtype, made anew for every forward pass; in training their
   * gradients come in that dtype as well, one matrix at a time. In float32 the model's own serve,
   * but for the adapted ones.
   */
  public long castWeights() {
    if (precision == Precision.FLOAT32) {
      return adapter == null ? 0 : FLOAT * adapter.adapted();
    }
    return packedWeights();
  }

  /** The matrices in the order in which generation reads them, a copy in either precision. */
  public long packedWeights() {
    long numbers =
        Transformer.plan(config, heads).entries().stream()
            .filter(e -> e.shape().length == 2 && !e.name().equals("positions"))
            .mapToLong(Weights.Entry::size)
            .sum();
    return bytes() * numbers;
  }

  /**
   * What a forward pass keeps for the backward pass (of layers that are computed again their input,
   * and all of one of them), and what the backward pass of one layer adds at its widest.
   *
   * @param rows B
   * @param length T
   */
  public long activations(long rows, long length) {
    long tokens = rows * length;
    long kept =
        recomputes
            ? config.layers() * config.hiddenSize() * bytes() + keptPerLayer(length)
            : config.layers() * keptPerLayer(length);
    return tokens * (kept + widestMoment(length) + 3 * hiddenState());
  }

  /**
   * The language-model loss, or any other on log-probabilities, straight from hidden states ({@link
   * ProjectedLmLoss}): a block of logits at a time, and in float32 the gradients of the hidden
   * states and, unless an adapter leaves it as it is, of the head, each once more while it is
   * handed on.
   *
   * @param tokens N that are predicted; if there are none, nothing
   */
  public long lmLoss(long tokens) {
    if (tokens == 0) {
      return 0;
    }
    long v = config.vocabularySize();
    long block = Math.min(tokens * v, ProjectedLmLoss.BLOCK_ELEMENTS) * bytes();
    long vectors = tokens + (adapter == null ? v : 0);
    return block + 2 * FLOAT * vectors * config.hiddenSize();
  }

  /**
   * The masks of residual dropout, one number per element of each branch's output.
   *
   * @param tokens B T
   */
  public long dropoutMasks(long tokens) {
    return tokens * (2L * config.layers() + 1) * config.hiddenSize() * bytes();
  }

  /**
   * Keys and values of a batch that is being generated, float32.
   *
   * @param rows most sequences at a time
   * @param columns longest prompt + completion
   */
  public long keyValueCache(int rows, long columns) {
    return 2L
        * config.layers()
        * Generator.computed(rows)
        * columns
        * config.keyValueHeads()
        * config.headDim()
        * FLOAT;
  }

  /** Bytes per token that one layer keeps for its backward pass. */
  private long keptPerLayer(long length) {
    long c = config.hiddenSize();
    long attended = (long) config.heads() * config.headDim();
    long qkv = attended + 2L * config.keyValueHeads() * config.headDim();
    long f = config.intermediateSize();
    boolean gpt2 = config.family() == Family.GPT2;
    long norms = gpt2 ? 4 * c * bytes() : 2 * (2 * c * FLOAT + c * bytes());
    long rotated = gpt2 ? 0 : (attended + qkv) / 2 * bytes() + 4L * config.headDim() * bytes();
    long attention = (qkv + attended) * bytes() + config.heads() * length * bytes();
    long between = (gpt2 ? 2 : 4) * f * bytes();
    return norms + rotated + attention + between;
  }

  /**
   * Bytes per token that come and go: what one layer makes on its way forwards or backwards and
   * drops when it is through, about three times what it keeps.
   */
  private long widestMoment(long length) {
    return 3 * keptPerLayer(length);
  }

  /** Bytes of one token's vector between the layers. */
  private long hiddenState() {
    return config.hiddenSize() * FLOAT;
  }

  private long bytes() {
    return precision == Precision.FLOAT32 ? FLOAT : 2;
  }
}
