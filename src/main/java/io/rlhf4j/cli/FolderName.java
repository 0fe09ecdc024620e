package io.rlhf4j.cli;

import java.nio.file.Path;

/** What a model folder is called in results: its name, or its run's where that is just "model". */
final class FolderName {
  private FolderName() {}

  static String of(Path folder) {
    Path whole = folder.toAbsolutePath().normalize();
    Path parent = whole.getParent();
    return whole.endsWith("model") && parent != null
        ? String.valueOf(parent.getFileName())
        : String.valueOf(whole.getFileName());
  }
}
