/**
 * The transformer with its language and scalar heads, low-rank adapters, its files, and generation
 * with a KV cache.
 */
@NullMarked
package io.rlhf4j.model;

import org.jspecify.annotations.NullMarked;
