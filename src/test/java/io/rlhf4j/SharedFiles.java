package io.rlhf4j;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Golden numbers and real data that lie beside the project, not in it. Tests that use them skip
 * themselves where they are absent.
 */
public final class SharedFiles {
  private SharedFiles() {}

  /** The file or folder below the shared folder; the test is skipped when it does not exist. */
  public static Path require(String relative) {
    String root = System.getenv().getOrDefault("RLHF4J_SHARED", "../shared");
    Path path = Path.of(root).resolve(relative);
    Assumptions.assumeTrue(Files.exists(path), () -> path + " is absent: this check is skipped");
    return path;
  }
}
