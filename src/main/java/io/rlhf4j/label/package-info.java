/**
 * The labeling web app: people write, rate and rank; leads assign, watch agreement and export.
 *
 * <p>This package holds what the app is about: people, campaigns, items, labels. {@code store}
 * keeps them in a database, {@code answer} reads what labelers send, {@code web} is the server.
 */
@NullMarked
package io.rlhf4j.label;

import org.jspecify.annotations.NullMarked;
