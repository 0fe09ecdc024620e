/** The labeling app's server: routes, who may use them, and the pages. */
@NullMarked
package io.rlhf4j.label.web;

import org.jspecify.annotations.NullMarked;
