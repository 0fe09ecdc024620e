package io.rlhf4j.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import io.rlhf4j.train.RunRecord.Input;
import io.rlhf4j.train.RunRecord.Status;
import io.rlhf4j.train.RunRecord.Versions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one run: {@code run.json} (see {@link RunRecord}), {@code metrics.jsonl}, event
 * files and checkpoints.
 *
 * <p>While it is open, a lock keeps other processes out. Close it in any case: a run that was
 * neither {@link #finish finished} nor {@link #fail failed} is then on record as interrupted.
 */
public final class RunFolder implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RECORD = "run.json";
  private static final String LOCK = "run.lock";

  /**
   * What a run starts from.
   *
   * @param command the words of the command line
   * @param configAsRead the configuration file's text, or empty
   * @param config every setting with its value in force; a resumed run must have the same
   * @param inputs files, and folders whose files all count
   */
  public record Start(
      List<String> command,
      String configAsRead,
      JsonNode config,
      long seed,
      Versions versions,
      List<Path> inputs) {
    public Start {
      command = List.copyOf(command);
      inputs = List.copyOf(inputs);
    }
  }

  private final Path path;
  private final InstantSource clock;
  private final FileChannel lock;
  private final boolean resumed;
  private RunRecord record;

  private RunFolder(
      Path path, InstantSource clock, FileChannel lock, RunRecord record, boolean resumed) {
    this.path = path;
    this.clock = clock;
    this.lock = lock;
    this.record = record;
    this.resumed = resumed;
  }

  /** {@code runs/<name>} for a plain name, otherwise the path that is given. */
  public static Path locate(String nameOrPath) {
    boolean plain = !nameOrPath.contains("/") && !nameOrPath.contains("\\");
    return plain && !nameOrPath.startsWith(".") ? Path.of("runs", nameOrPath) : Path.of(nameOrPath);
  }

  /** Starts or resumes the run of a folder. */
  public static RunFolder open(Path path, Start start, WhenRunExists whenThere) {
    return open(path, start, whenThere, InstantSource.system());
  }

  static RunFolder open(Path path, Start start, WhenRunExists whenThere, InstantSource clock) {
    // Hashed before anything is deleted: an input may be missing.
    List<Input> inputs = InputHashes.of(start.inputs());
    if (read(path) == null && isUsed(path)) {
      throw new InputException(
          path + " is not empty and holds no run; give a new folder, or empty this one");
    }
    FileChannel lock = lock(path);
    try {
      RunRecord before = read(path);
      if (before != null && whenThere == WhenRunExists.REFUSE) {
        throw new InputException(refusal(path, before));
      }
      boolean resumed = before != null && whenThere == WhenRunExists.RESUME;
      if (before != null && resumed) {
        requireSame(path, before, start, inputs);
      }
      if (before != null && !resumed) {
        empty(path, start.inputs());
      }
      RunFolder run =
          new RunFolder(path, clock, lock, first(start, inputs, before, resumed, clock), resumed);
      run.write();
      return run;
    } catch (RuntimeException e) {
      closeQuietly(lock);
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  /** Whether an earlier part of this run is there to go on from. */
  public boolean resumed() {
    return resumed;
  }

  /** What is on record so far. */
  public RunRecord record() {
    return record;
  }

  /** The record of a folder's run, or null when it holds none. */
  public static @Nullable RunRecord read(Path path) {
    Path file = path.resolve(RECORD);
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try {
      return JSON.readValue(file.toFile(), RunRecord.class);
    } catch (JsonProcessingException e) {
      throw new InputException(file + " is not the record of a run: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Where {@link MetricsLog} writes. */
  public Path metrics() {
    return path.resolve("metrics.jsonl");
  }

  /** The run has done all it was to do. */
  public void finish() {
    end(Status.FINISHED, null);
  }

  /** The run has stopped with an error. */
  public void fail(String reason) {
    end(Status.FAILED, reason);
  }

  @Override
  public void close() {
    try {
      if (record.status() == Status.RUNNING) {
        end(Status.INTERRUPTED, null);
      }
    } finally {
      closeQuietly(lock);
    }
  }

  private void end(Status status, @Nullable String error) {
    record =
        new RunRecord(
            record.command(),
            status,
            record.started(),
            record.resumed(),
            clock.instant().toString(),
            error,
            record.seed(),
            record.versions(),
            record.inputs(),
            record.config(),
            record.configAsRead());
    write();
  }

  private void write() {
    AtomicFile.write(path.resolve(RECORD), JSON.valueToTree(record).toPrettyString() + "\n");
  }

  private static RunRecord first(
      Start start,
      List<Input> inputs,
      @Nullable RunRecord before,
      boolean resumed,
      InstantSource clock) {
    String now = clock.instant().toString();
    List<String> resumptions = new ArrayList<>();
    if (before != null && resumed) {
      resumptions.addAll(before.resumed());
      resumptions.add(now);
    }
    return new RunRecord(
        String.join(" ", start.command()),
        Status.RUNNING,
        before != null && resumed ? before.started() : now,
        resumptions,
        null,
        null,
        start.seed(),
        start.versions(),
        inputs,
        start.config(),
        start.configAsRead());
  }

  private static String refusal(Path path, RunRecord before) {
    String state =
        switch (before.status()) {
          case FINISHED -> "a finished run";
          case FAILED -> "a run that failed";
          case RUNNING, INTERRUPTED -> "an unfinished run";
        };
    return path
        + " already holds "
        + state
        + ", started "
        + before.started()
        + "; resume it, overwrite it, or give another name";
  }

  private static void requireSame(Path path, RunRecord before, Start start, List<Input> inputs) {
    List<String> changes = before.changes(start.seed(), start.config(), inputs);
    if (!changes.isEmpty()) {
      throw new InputException(
          path
              + " cannot be resumed, for a resumed run must equal an uninterrupted one: "
              + String.join("; ", changes)
              + ". Put that back, or start another run");
    }
  }

  private static FileChannel lock(Path path) {
    try {
      Files.createDirectories(path);
      FileChannel channel =
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = null;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        // Held by this very process; the same answer as for another one.
      }
      if (lock == null) {
        channel.close();
        throw new InputException(
            path + " is in use: another process is writing this run; wait for it, or stop it");
      }
      return channel;
    } catch (IOException e) {
      throw new InputException("cannot write in " + path + ": " + e.getMessage(), e);
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the process at the latest.
    }
  }

  private static boolean isUsed(Path path) {
    if (!Files.exists(path)) {
      return false;
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.anyMatch(file -> !file.endsWith(LOCK));
    } catch (IOException e) {
      throw new InputException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /** Deletes everything in the folder but the lock that is held. */
  private static void empty(Path path, List<Path> inputs) {
    Path folder = path.toAbsolutePath().normalize();
    for (Path input : inputs) {
      if (input.toAbsolutePath().normalize().startsWith(folder)) {
        throw new InputException(
            path + " cannot be overwritten: the run reads " + input + ", which lies in it");
      }
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = new ArrayList<>(files.toList());
      deepestFirst.sort((a, b) -> b.getNameCount() - a.getNameCount());
      // The record goes last, so that a folder half emptied still counts as a run.
      deepestFirst.remove(folder.resolve(RECORD));
      deepestFirst.add(folder.resolve(RECORD));
      for (Path file : deepestFirst) {
        if (!file.equals(folder) && !file.equals(folder.resolve(LOCK))) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new InputException("cannot overwrite " + path + ": " + e.getMessage(), e);
    }
  }
}
