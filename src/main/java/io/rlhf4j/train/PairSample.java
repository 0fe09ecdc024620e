package io.rlhf4j.train;

/** A comparison as token ids: what DPO trains on. */
public record PairSample(int[] prompt, int[] chosen, int[] rejected) {}
