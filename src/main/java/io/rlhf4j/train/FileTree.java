package io.rlhf4j.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/** Whole folders: their way to the disk and their end. */
final class FileTree {
  private FileTree() {}

  /** Waits until every file and folder below is on the disk. */
  static void sync(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        syncOne(path);
      }
    }
  }

  /** Waits until one file's content, or one folder's list of names, is on the disk. */
  static void syncOne(Path path) throws IOException {
    boolean directory = Files.isDirectory(path);
    FileChannel channel;
    try {
      channel =
          FileChannel.open(path, directory ? StandardOpenOption.READ : StandardOpenOption.WRITE);
    } catch (FileSystemException e) {
      if (directory) {
        return; // Windows cannot open folders
      }
      throw e;
    }
    try (channel) {
      channel.force(true);
    }
  }

  /** Deletes a file or a folder with all below it; nothing happens when it is not there. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
