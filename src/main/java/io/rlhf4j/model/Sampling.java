package io.rlhf4j.model;

import io.rlhf4j.data.InputException;

/**
 * How the next token is chosen.
 *
 * @param temperature divides the logits; 0 takes the best token (greedy)
 * @param topK only the k best tokens take part; 0 = all
 * @param topP only the smallest set of best tokens with at least this much probability takes part;
 *     1 = all
 * @param maxNewTokens length limit of a completion, end-of-text token included
 */
public record Sampling(double temperature, int topK, double topP, int maxNewTokens) {
  public Sampling {
    if (!(temperature >= 0)) {
      throw new InputException("temperature must be at least 0, was " + temperature);
    }
    if (topK < 0) {
      throw new InputException("top_k must be at least 0 (0 = all tokens), was " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new InputException("top_p must be in (0, 1], was " + topP);
    }
    if (maxNewTokens < 1) {
      throw new InputException("max_new_tokens must be at least 1, was " + maxNewTokens);
    }
  }

  /** Temperature 1 over the whole vocabulary: the policy itself, as PPO needs it. */
  public static Sampling plain(int maxNewTokens) {
    return new Sampling(1, 0, 1, maxNewTokens);
  }

  /** Always the best token. */
  public static Sampling greedy(int maxNewTokens) {
    return new Sampling(0, 0, 1, maxNewTokens);
  }
}
