package io.rlhf4j.model;

import io.rlhf4j.data.InputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a transformer: what a model folder's config.json says, in one vocabulary for all
 * families.
 *
 * @param vocabularySize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param layers number of blocks
 * @param heads query heads; each has {@code headDim} columns
 * @param keyValueHeads heads of keys and values; divides {@code heads} (equal to it in GPT-2)
 * @param headDim width of a head; {@code heads * headDim} may differ from {@code hiddenSize}
 *     outside GPT-2
 * @param intermediateSize width of the MLP
 * @param maxPositions longest sequence in tokens; for GPT-2 the rows of the position embedding
 * @param normEpsilon of LayerNorm (GPT-2) or RMSNorm (the others)
 * @param ropeTheta base of the rotary wavelengths; unused by GPT-2
 * @param ropeScaling null when rotary positions are not stretched
 * @param tieWordEmbeddings whether the language head is the embedding itself
 * @param attentionBias whether query, key and value have biases; see {@link #attentionOutputBias}
 * @param mlpBias whether the MLP's matrices have biases
 * @param slidingWindow how many tokens back, itself included, a token attends to; null = all
 * @param bosId null when the model has none
 * @param eosIds tokens that end a text; may be empty
 * @param padId null when the model has none
 * @param initializerRange standard deviation of freshly drawn weights
 * @param residualDropout probability of dropping each addition to the residual stream, 0 to 1
 * @param dtype the number format the weights were written in
 */
public record ModelConfig(
    Family family,
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headDim,
    int intermediateSize,
    int maxPositions,
    Activation activation,
    double normEpsilon,
    double ropeTheta,
    @Nullable RopeScaling ropeScaling,
    boolean tieWordEmbeddings,
    boolean attentionBias,
    boolean mlpBias,
    @Nullable Integer slidingWindow,
    @Nullable Integer bosId,
    List<Integer> eosIds,
    @Nullable Integer padId,
    double initializerRange,
    double residualDropout,
    Dtype dtype) {
  public ModelConfig {
    eosIds = List.copyOf(eosIds);
    requirePositive("vocabulary size", vocabularySize);
    requirePositive("hidden size", hiddenSize);
    requirePositive("number of layers", layers);
    requirePositive("number of heads", heads);
    requirePositive("number of key-value heads", keyValueHeads);
    requirePositive("head dimension", headDim);
    requirePositive("intermediate size", intermediateSize);
    requirePositive("number of positions", maxPositions);
    if (heads % keyValueHeads != 0) {
      throw new InputException(
          "the key-value heads must divide the heads, but "
              + keyValueHeads
              + " does not divide "
              + heads);
    }
    if (family == Family.GPT2) {
      if (heads * headDim != hiddenSize || keyValueHeads != heads) {
        throw new InputException(
            "GPT-2 needs heads x head dimension = hidden size, had "
                + heads
                + " x "
                + headDim
                + " and "
                + hiddenSize);
      }
    } else if (headDim % 2 != 0) {
      throw new InputException(
          "rotary positions turn pairs of columns, so the head dimension must be even, was "
              + headDim);
    }
    if (slidingWindow != null) {
      requirePositive("sliding window", slidingWindow);
    }
    requireOfFamily(family, ropeScaling, attentionBias, mlpBias, slidingWindow);
    if (!(normEpsilon > 0) || !(ropeTheta > 0) || !(initializerRange >= 0)) {
      throw new InputException(
          "norm epsilon and rope theta must be positive and the initializer range at least 0, had "
              + normEpsilon
              + ", "
              + ropeTheta
              + " and "
              + initializerRange);
    }
    if (!(residualDropout >= 0 && residualDropout < 1)) {
      throw new InputException("residual dropout must be in [0, 1), was " + residualDropout);
    }
    requireToken("bos", bosId, vocabularySize);
    requireToken("pad", padId, vocabularySize);
    for (Integer id : eosIds) {
      requireToken("eos", id, vocabularySize);
    }
  }

  /** A fresh GPT-2: 4 x wide GELU MLP, tied embeddings, no dropout, no special tokens yet. */
  public static ModelConfig gpt2(
      int vocabularySize, int hiddenSize, int layers, int heads, int maxPositions) {
    return new ModelConfig(
        Family.GPT2,
        vocabularySize,
        hiddenSize,
        layers,
        heads,
        heads,
        heads > 0 ? hiddenSize / heads : 0,
        4 * hiddenSize,
        maxPositions,
        Activation.GELU_NEW,
        1e-5,
        10_000,
        null,
        true,
        true,
        true,
        null,
        null,
        List.of(),
        null,
        0.02,
        0,
        Dtype.F32);
  }

  /** A fresh Llama: gated SiLU MLP, tied embeddings, no biases, no special tokens yet. */
  public static ModelConfig llama(
      int vocabularySize,
      int hiddenSize,
      int layers,
      int heads,
      int keyValueHeads,
      int intermediateSize,
      int maxPositions) {
    return new ModelConfig(
        Family.LLAMA,
        vocabularySize,
        hiddenSize,
        layers,
        heads,
        keyValueHeads,
        heads > 0 ? hiddenSize / heads : 0,
        intermediateSize,
        maxPositions,
        Activation.SILU,
        1e-5,
        10_000,
        null,
        true,
        false,
        false,
        null,
        null,
        List.of(),
        null,
        0.02,
        0,
        Dtype.F32);
  }

  /** Whether attention's output matrix has a bias: wherever the others have, save in Qwen2. */
  public boolean attentionOutputBias() {
    return attentionBias && family != Family.QWEN2;
  }

  /** The same model with these special tokens. */
  public ModelConfig withTokens(
      @Nullable Integer bosId, List<Integer> eosIds, @Nullable Integer padId) {
    return new ModelConfig(
        family,
        vocabularySize,
        hiddenSize,
        layers,
        heads,
        keyValueHeads,
        headDim,
        intermediateSize,
        maxPositions,
        activation,
        normEpsilon,
        ropeTheta,
        ropeScaling,
        tieWordEmbeddings,
        attentionBias,
        mlpBias,
        slidingWindow,
        bosId,
        eosIds,
        padId,
        initializerRange,
        residualDropout,
        dtype);
  }

  /** The same model with this residual dropout. */
  public ModelConfig withResidualDropout(double residualDropout) {
    return new ModelConfig(
        family,
        vocabularySize,
        hiddenSize,
        layers,
        heads,
        keyValueHeads,
        headDim,
        intermediateSize,
        maxPositions,
        activation,
        normEpsilon,
        ropeTheta,
        ropeScaling,
        tieWordEmbeddings,
        attentionBias,
        mlpBias,
        slidingWindow,
        bosId,
        eosIds,
        padId,
        initializerRange,
        residualDropout,
        dtype);
  }

  /** The same model with fresh weights of another standard deviation. */
  public ModelConfig withInitializerRange(double initializerRange) {
    return new ModelConfig(
        family,
        vocabularySize,
        hiddenSize,
        layers,
        heads,
        keyValueHeads,
        headDim,
        intermediateSize,
        maxPositions,
        activation,
        normEpsilon,
        ropeTheta,
        ropeScaling,
        tieWordEmbeddings,
        attentionBias,
        mlpBias,
        slidingWindow,
        bosId,
        eosIds,
        padId,
        initializerRange,
        residualDropout,
        dtype);
  }

  /** The same model, its weights written in this number format. */
  public ModelConfig withDtype(Dtype dtype) {
    return new ModelConfig(
        family,
        vocabularySize,
        hiddenSize,
        layers,
        heads,
        keyValueHeads,
        headDim,
        intermediateSize,
        maxPositions,
        activation,
        normEpsilon,
        ropeTheta,
        ropeScaling,
        tieWordEmbeddings,
        attentionBias,
        mlpBias,
        slidingWindow,
        bosId,
        eosIds,
        padId,
        initializerRange,
        residualDropout,
        dtype);
  }

  /** What a family cannot have, its config.json cannot say. */
  private static void requireOfFamily(
      Family family,
      @Nullable RopeScaling ropeScaling,
      boolean attentionBias,
      boolean mlpBias,
      @Nullable Integer slidingWindow) {
    boolean possible =
        switch (family) {
          case GPT2 -> attentionBias && mlpBias && ropeScaling == null && slidingWindow == null;
          case LLAMA -> slidingWindow == null;
          case MISTRAL -> !attentionBias && !mlpBias;
          case QWEN2 -> attentionBias && !mlpBias;
        };
    if (!possible) {
      throw new InputException(
          "a "
              + family.modelType()
              + " model cannot have attention bias "
              + attentionBias
              + ", MLP bias "
              + mlpBias
              + ", sliding window "
              + slidingWindow
              + " and rope scaling "
              + ropeScaling);
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new InputException("the " + name + " must be positive, was " + value);
    }
  }

  private static void requireToken(String name, @Nullable Integer id, int vocabularySize) {
    if (id != null && (id < 0 || id >= vocabularySize)) {
      throw new InputException(
          "the "
              + name
              + " token id must be below the vocabulary size "
              + vocabularySize
              + ", was "
              + id);
    }
  }
}
