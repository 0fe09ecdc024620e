/** The database of the labeling app: schema, transactions, and one store per subject. */
@NullMarked
package io.rlhf4j.label.store;

import org.jspecify.annotations.NullMarked;
