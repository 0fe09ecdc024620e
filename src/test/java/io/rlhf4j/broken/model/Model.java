package io.rlhf4j.broken.model;

/** What others may not see. */
public interface Model {}
