package io.rlhf4j.train;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A complete checkpoint on disk.
 *
 * @param step training steps done when it was saved
 * @param folder where its files are
 * @param metric what it was judged by, null when it was not
 */
public record Checkpoint(int step, Path folder, @Nullable Double metric) {}
