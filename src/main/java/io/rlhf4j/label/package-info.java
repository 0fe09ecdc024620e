/**
 * The labeling web app: people write, rate and rank; leads assign, watch agreement and export.
 *
 * <p>This package holds what the app is about: people, campaigns, items, labels. {@code store}
 * keeps them in a database, {@code answer} reads what labelers send, {@code exchange} brings files
 * in and out, {@code report} counts, {@code web} is the server. No two of these import each other.
 */
@NullMarked
package io.rlhf4j.label;

import org.jspecify.annotations.NullMarked;
