/** Files into campaigns and campaigns into files. */
@NullMarked
package io.rlhf4j.label.exchange;

import org.jspecify.annotations.NullMarked;
