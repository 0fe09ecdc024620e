package io.rlhf4j.model;

/**
 * What a model wrote after one prompt.
 *
 * @param tokens [A] new tokens; the last one is the end-of-text token when finished
 * @param logprobs [A] log-probability of each under the sampling temperature
 * @param finished whether it ended by itself; otherwise it was cut at the length limit
 */
public record Generation(int[] tokens, float[] logprobs, boolean finished) {}
