package io.rlhf4j.broken.bottle;

/** What only cli may see. */
public interface Bottle {}
