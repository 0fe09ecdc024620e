package io.rlhf4j.data;

/**
 * One output preferred to another for the same prompt.
 *
 * @param weight 1 / C(K, 2) when it comes from a ranking of K, so that a ranking weighs 1 in all;
 *     otherwise 1
 */
public record Comparison(
    Prompt prompt, String chosen, String rejected, String labeler, double weight) {}
