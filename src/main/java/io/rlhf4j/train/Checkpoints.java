package io.rlhf4j.train;

import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder {@code checkpoints/} of a run, of which at any moment of a crash at least the newest
 * finished checkpoint is whole. A checkpoint is written as {@code step-000123.tmp/}, reaches the
 * disk file by file with a manifest of sizes and hashes, and only then is called {@code
 * step-000123/}. The file {@code latest} names the newest for whoever looks; reading does not rely
 * on it.
 *
 * <p>For the one process that holds the run (see {@link RunFolder}); others may read through {@link
 * #latest(Path, Consumer)}.
 */
public final class Checkpoints {
  private static final Pattern STEP = Pattern.compile("step-(\\d{6,9})(\\.old)?");
  private static final String UNFINISHED = ".tmp";

  /** While a checkpoint is replaced by one of the same step, its former self has this ending. */
  private static final String REPLACED = ".old";

  /** Which metric is the better one. */
  public enum Better {
    /** As for losses. */
    LOWER,
    /** As for rewards and accuracies. */
    HIGHER
  }

  /** What puts a checkpoint's files into the empty folder it is given; subfolders may be made. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path folder) throws IOException;
  }

  private final Path folder;
  private final int keepLast;
  private final Better better;
  private final Consumer<String> warnings;

  /**
   * Takes over a run's checkpoints; what a crash left unfinished is removed.
   *
   * @param run the run's folder; {@code checkpoints} is made in it with the first save
   * @param keepLast how many of the newest to keep, at least 1; the best is kept besides
   * @param better how metrics compare
   * @param warnings told in a sentence of each thing that is wrong but does not stop the run
   */
  public Checkpoints(Path run, int keepLast, Better better, Consumer<String> warnings) {
    Checks.require(keepLast > 0, "checkpoints.keep_last", "must be positive", keepLast);
    this.folder = run.resolve("checkpoints");
    this.keepLast = keepLast;
    this.better = better;
    this.warnings = warnings;
    try {
      tidy();
    } catch (IOException e) {
      warnings.accept("cannot tidy " + folder + ": " + reason(e));
    }
  }

  /** Saves a checkpoint that is not judged by a metric. */
  public Checkpoint save(int step, Content content) {
    return save(step, OptionalDouble.empty(), content);
  }

  /**
   * Saves a checkpoint, then deletes those that are neither among the newest nor the best, and
   * those of later steps (a run that went on from an older checkpoint comes by its steps again).
   *
   * @param metric NaN is never the best
   * @throws InputException when the disk is full or forbids it; the older checkpoints are untouched
   */
  public Checkpoint save(int step, OptionalDouble metric, Content content) {
    Checks.require(step >= 0 && step < 1_000_000_000, "step", "must be in [0, 10^9)", step);
    Path target = folder.resolve(name(step));
    Path unfinished = folder.resolve(name(step) + UNFINISHED);
    // JSON has no NaN, and no comparison wants one.
    Double judged =
        metric.isPresent() && Double.isFinite(metric.getAsDouble()) ? metric.getAsDouble() : null;
    boolean done = false;
    try {
      Files.createDirectories(folder);
      FileTree.delete(unfinished);
      Files.createDirectory(unfinished);
      content.writeTo(unfinished);
      CheckpointManifest.of(unfinished, step, judged).write(unfinished);
      FileTree.sync(unfinished);
      putInPlace(unfinished, target);
      done = true;
      AtomicFile.write(folder.resolve("latest"), name(step) + "\n");
    } catch (IOException | UncheckedIOException | InputException e) {
      throw new InputException(failure(target, done, e), e);
    } finally {
      if (!done) {
        deleteOrWarn(unfinished);
      }
    }
    prune(step);
    return new Checkpoint(step, target, judged);
  }

  private String failure(Path target, boolean done, Exception e) {
    if (done) {
      return target + " is saved, but the file 'latest' beside it could not be: " + reason(e);
    }
    String untouched =
        candidates(folder).keySet().stream()
            .max(Comparator.naturalOrder())
            .map(step -> "the older checkpoints are untouched, the newest is " + name(step))
            .orElse("there is no older checkpoint");
    return "cannot save checkpoint "
        + target
        + ": "
        + reason(e)
        + "; "
        + untouched
        + "; make room or mend the permissions, then resume the run";
  }

  /** The newest complete checkpoint; each damaged one that is newer is warned of. */
  public Optional<Checkpoint> latest() {
    return newest(folder, warnings);
  }

  /** The same for a run that another process may be writing; nothing is changed. */
  public static Optional<Checkpoint> latest(Path run, Consumer<String> warnings) {
    return newest(run.resolve("checkpoints"), warnings);
  }

  private static Optional<Checkpoint> newest(Path folder, Consumer<String> warnings) {
    List<Path> newestFirst = new ArrayList<>(candidates(folder).descendingMap().values());
    return firstWhole(newestFirst, warnings, true);
  }

  /** The complete checkpoint with the best metric, if any has one. */
  public Optional<Checkpoint> best() {
    List<Path> bestFirst = judged().stream().map(Checkpoint::folder).toList();
    return firstWhole(bestFirst, warnings, true);
  }

  private static Optional<Checkpoint> firstWhole(
      List<Path> folders, Consumer<String> warnings, boolean verify) {
    for (Path checkpoint : folders) {
      String damage;
      try {
        CheckpointManifest manifest = CheckpointManifest.read(checkpoint);
        damage = verify ? manifest.damage(checkpoint).orElse(null) : null;
        if (damage == null && manifest.step() != step(checkpoint)) {
          damage = "its manifest is of step " + manifest.step();
        }
        if (damage == null) {
          return Optional.of(new Checkpoint(manifest.step(), checkpoint, manifest.metric()));
        }
      } catch (IOException e) {
        if (!Files.exists(checkpoint)) {
          continue; // the run has just deleted it
        }
        damage = reason(e);
      }
      warnings.accept("checkpoint " + checkpoint + " is damaged and passed over: " + damage);
    }
    return Optional.empty();
  }

  /** Those with a metric, the best first; among equals the older. */
  private List<Checkpoint> judged() {
    List<Checkpoint> judged = new ArrayList<>();
    for (Path checkpoint : candidates(folder).values()) {
      firstWhole(List.of(checkpoint), silent -> {}, false)
          .filter(found -> found.metric() != null)
          .ifPresent(judged::add);
    }
    Comparator<Checkpoint> byMetric = Comparator.comparingDouble(Checkpoints::metric);
    judged.sort(better == Better.LOWER ? byMetric : byMetric.reversed());
    return judged;
  }

  private static double metric(Checkpoint checkpoint) {
    Double metric = checkpoint.metric();
    return metric == null ? Double.NaN : metric;
  }

  private void prune(int saved) {
    TreeMap<Integer, Path> all = candidates(folder);
    Set<Path> keep =
        new HashSet<>(
            all.headMap(saved, true).descendingMap().values().stream().limit(keepLast).toList());
    judged().stream()
        .filter(checkpoint -> checkpoint.step() <= saved)
        .findFirst()
        .ifPresent(best -> keep.add(best.folder()));
    all.forEach(
        (step, checkpoint) -> {
          if (!keep.contains(checkpoint)) {
            try {
              // Under this name a half-deleted folder is nobody's checkpoint.
              Path doomed = folder.resolve(name(step) + UNFINISHED);
              FileTree.delete(doomed);
              Files.move(checkpoint, doomed, StandardCopyOption.ATOMIC_MOVE);
              FileTree.delete(doomed);
            } catch (IOException e) {
              warnings.accept("cannot delete checkpoint " + checkpoint + ": " + reason(e));
            }
          }
        });
  }

  private void tidy() throws IOException {
    for (Path path : list(folder)) {
      String name = String.valueOf(path.getFileName());
      if (name.endsWith(UNFINISHED) && (name.startsWith("step-") || name.startsWith(".latest."))) {
        FileTree.delete(path);
      } else if (STEP.matcher(name).matches() && name.endsWith(REPLACED)) {
        Path original = path.resolveSibling(name(step(path)));
        if (Files.exists(original)) {
          FileTree.delete(path);
        } else {
          Files.move(path, original, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    }
  }

  private void putInPlace(Path unfinished, Path target) throws IOException {
    Path replaced = target.resolveSibling(target.getFileName() + REPLACED);
    if (Files.exists(target)) {
      FileTree.delete(replaced);
      Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    FileTree.syncOne(folder);
    deleteOrWarn(replaced);
  }

  /** Folders by step: finished ones, and replaced ones whose successor did not come. */
  private static TreeMap<Integer, Path> candidates(Path folder) {
    TreeMap<Integer, Path> byStep = new TreeMap<>();
    try {
      for (Path path : list(folder)) {
        if (STEP.matcher(String.valueOf(path.getFileName())).matches()) {
          // Sorted, "step-000123" comes before "step-000123.old".
          byStep.putIfAbsent(step(path), path);
        }
      }
    } catch (IOException e) {
      throw new InputException("cannot read " + folder + ": " + reason(e), e);
    }
    return byStep;
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static String name(int step) {
    return String.format(Locale.ROOT, "step-%06d", step);
  }

  private static int step(Path checkpoint) {
    Matcher matcher = STEP.matcher(String.valueOf(checkpoint.getFileName()));
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  private void deleteOrWarn(Path path) {
    try {
      FileTree.delete(path);
    } catch (IOException e) {
      warnings.accept("cannot delete " + path + ": " + reason(e));
    }
  }

  private static String reason(Exception e) {
    return e instanceof FileSystemException f && f.getReason() == null
        ? e.getClass().getSimpleName() + " (" + f.getFile() + ")"
        : String.valueOf(e.getMessage());
  }
}
