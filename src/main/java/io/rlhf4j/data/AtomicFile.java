package io.rlhf4j.data;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files that are either the old ones or the new ones, never half of either: the bytes go to a file
 * beside the target, reach the disk, and only then take the target's name.
 */
public final class AtomicFile {
  private static final AtomicLong COUNTER = new AtomicLong();

  private AtomicFile() {}

  /** What puts the content into the stream; if it throws, the target stays as it was. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Replaces the file by these bytes. */
  public static void write(Path file, byte[] bytes) {
    write(file, out -> out.write(bytes));
  }

  /** Replaces the file by this text in UTF-8. */
  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Replaces the file by what {@code content} writes; makes missing folders. */
  public static void write(Path file, Content content) {
    try {
      // A link keeps pointing where it did; what it points to is replaced.
      Path target =
          Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath().normalize();
      Path folder = target.getParent();
      Path name = target.getFileName();
      if (folder == null || name == null) {
        throw new InputException("cannot write " + file + ": it names no file");
      }
      Files.createDirectories(folder);
      Path beside = folder.resolve("." + name + "." + suffix());
      try {
        writeThrough(beside, content);
        rename(beside, target);
      } finally {
        Files.deleteIfExists(beside);
      }
      syncFolder(folder);
    } catch (IOException e) {
      throw new InputException(
          "cannot write " + file + ": " + reason(e) + "; the file is as it was before", e);
    }
  }

  private static String suffix() {
    return ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet() + ".tmp";
  }

  private static void writeThrough(Path file, Content content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      // Content may wrap the stream and close it; the channel must survive that until it is synced.
      OutputStream open =
          new FilterOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel))) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
              out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
              flush();
            }
          };
      content.writeTo(open);
      open.flush();
      channel.force(true);
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Makes the new name durable too. Windows cannot open folders; there this does nothing. */
  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      return;
    }
  }

  /** The exception's message, or its kind where the message only repeats the path. */
  static String reason(IOException e) {
    String kind = e.getClass().getSimpleName().replaceAll("Exception$", "");
    String words = kind.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    return e instanceof FileSystemException f && f.getReason() == null
        ? words + " (" + f.getFile() + ")"
        : String.valueOf(e.getMessage());
  }
}
