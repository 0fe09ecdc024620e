package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.train.Checkpoints.Better;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir Path run;
  private final List<String> warnings = new ArrayList<>();

  @Test
  void theNewestIsFoundWithItsFiles() throws IOException {
    Checkpoints checkpoints = open(3);
    assertThat(checkpoints.latest()).isEmpty();
    assertThat(checkpoints.best()).isEmpty();
    checkpoints.save(5, folder -> CheckpointSaver.write(folder, 5));
    Checkpoint saved = checkpoints.save(123, folder -> CheckpointSaver.write(folder, 123));
    assertThat(saved.folder()).isEqualTo(run.resolve("checkpoints/step-000123"));
    assertThat(open(3).latest()).contains(saved);
    assertThat(Checkpoints.latest(run, warnings::add)).contains(saved);
    assertThat(saved.folder().resolve("tokenizer/vocab.txt")).hasContent("v".repeat(23));
    assertThat(run.resolve("checkpoints/latest")).hasContent("step-000123");
    assertThat(names()).containsExactly("latest", "step-000005", "step-000123");
    assertThat(warnings).isEmpty();
  }

  @Test
  void theLastFewAndTheBestAreKept() {
    Checkpoints checkpoints = open(2);
    save(checkpoints, 1, 0.9);
    save(checkpoints, 2, 0.3);
    save(checkpoints, 3, 0.3); // no better than 2
    save(checkpoints, 4, 0.5);
    checkpoints.save(5, OptionalDouble.of(Double.NaN), folder -> {});
    assertThat(names()).containsExactly("latest", "step-000002", "step-000004", "step-000005");
    assertThat(open(2).best().map(Checkpoint::step)).contains(2);
    save(open(2), 6, 0.1);
    assertThat(names()).containsExactly("latest", "step-000005", "step-000006");
    assertThat(checkpoints.best().map(Checkpoint::metric)).contains(0.1);
    assertThat(warnings).isEmpty();
  }

  @Test
  void higherCanBeBetter() {
    Checkpoints checkpoints = new Checkpoints(run, 1, Better.HIGHER, warnings::add);
    save(checkpoints, 1, 0.7);
    save(checkpoints, 2, 0.8);
    save(checkpoints, 3, 0.6);
    assertThat(names()).containsExactly("latest", "step-000002", "step-000003");
    assertThat(checkpoints.best().map(Checkpoint::step)).contains(2);
  }

  @Test
  void damageOfAnyKindIsReportedAndTheNextOlderOffered() throws IOException {
    record Damage(String says, Act act) {}
    List<Damage> damages =
        List.of(
            new Damage(
                "weights.bin should have 200000 bytes, has 3",
                f -> {
                  Files.write(f.resolve("weights.bin"), new byte[3]);
                }),
            new Damage(
                "weights.bin does not have the SHA-256",
                f -> {
                  byte[] flipped = CheckpointSaver.weights(2);
                  flipped[100_000] ^= 1;
                  Files.write(f.resolve("weights.bin"), flipped);
                }),
            new Damage(
                "tokenizer/vocab.txt is missing",
                f -> {
                  Files.delete(f.resolve("tokenizer/vocab.txt"));
                }),
            new Damage("manifest.json is missing", f -> Files.delete(f.resolve("manifest.json"))),
            new Damage(
                "manifest.json is not valid JSON",
                f -> {
                  Files.writeString(f.resolve("manifest.json"), "{\"step\": 2");
                }),
            new Damage(
                "manifest.json lacks a step",
                f -> {
                  Files.writeString(f.resolve("manifest.json"), "{}");
                }),
            new Damage(
                "manifest.json lacks a step",
                f -> {
                  Files.writeString(f.resolve("manifest.json"), "");
                }),
            new Damage(
                "its manifest is of step 1",
                f -> {
                  FileTree.delete(f);
                  copy(f.resolveSibling("step-000001"), f);
                }));
    Checkpoints checkpoints = open(2);
    checkpoints.save(1, folder -> CheckpointSaver.write(folder, 1));
    for (Damage damage : damages) {
      Checkpoint newest = checkpoints.save(2, folder -> CheckpointSaver.write(folder, 2));
      assertThat(checkpoints.latest()).contains(newest);
      damage.act().on(newest.folder());
      warnings.clear();
      assertThat(checkpoints.latest().map(Checkpoint::step)).as(damage.says()).contains(1);
      assertThat(warnings)
          .singleElement()
          .asString()
          .contains("step-000002")
          .contains(damage.says());
    }
  }

  @Test
  void whatACrashLeftIsIgnoredByReadersAndRemovedByTheRun() throws IOException {
    open(2).save(1, folder -> CheckpointSaver.write(folder, 1));
    Path unfinished = run.resolve("checkpoints/step-000002.tmp");
    copy(run.resolve("checkpoints/step-000001"), unfinished);
    assertThat(Checkpoints.latest(run, warnings::add).map(Checkpoint::step)).contains(1);
    assertThat(unfinished).exists();
    open(2);
    assertThat(unfinished).doesNotExist();
    assertThat(warnings).isEmpty();
  }

  @Test
  void aCrashWhileAStepIsReplacedKeepsItsFormerSelf() throws IOException {
    open(2).save(1, folder -> CheckpointSaver.write(folder, 1));
    Path folder = run.resolve("checkpoints/step-000001");
    Files.move(folder, run.resolve("checkpoints/step-000001.old"));
    assertThat(Checkpoints.latest(run, warnings::add).map(Checkpoint::step)).contains(1);
    assertThat(open(2).latest().map(Checkpoint::folder)).contains(folder);
    copy(folder, run.resolve("checkpoints/step-000001.old"));
    open(2);
    assertThat(names()).containsExactly("latest", "step-000001");
  }

  @Test
  void goingOnFromAnOlderCheckpointDropsTheStepsBeyond() {
    Checkpoints checkpoints = open(2);
    save(checkpoints, 10, 3);
    save(checkpoints, 20, 1);
    save(checkpoints, 15, 2);
    assertThat(names()).containsExactly("latest", "step-000010", "step-000015");
    assertThat(checkpoints.latest().map(Checkpoint::step)).contains(15);
    assertThat(checkpoints.best().map(Checkpoint::step)).contains(15);
  }

  @Test
  void aFullDiskLeavesTheOlderCheckpoints() {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "/dev/full is absent: this check is skipped");
    Checkpoints checkpoints = open(1);
    Checkpoint older = checkpoints.save(1, folder -> CheckpointSaver.write(folder, 1));
    assertThatThrownBy(
            () ->
                checkpoints.save(
                    2,
                    folder -> {
                      CheckpointSaver.write(folder, 2);
                      Files.write(full, new byte[10]);
                    }))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot save checkpoint")
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("the older checkpoints are untouched, the newest is step-000001")
        .hasMessageContaining("then resume the run");
    assertThat(names()).containsExactly("latest", "step-000001");
    assertThat(checkpoints.latest()).contains(older);
  }

  @Test
  void aFolderThatCannotBeMadeIsSaid() throws IOException {
    Checkpoints checkpoints = open(1);
    Files.writeString(run.resolve("checkpoints"), "a file in its place");
    assertThatThrownBy(() -> checkpoints.save(1, folder -> {})).isInstanceOf(InputException.class);
    assertThat(run.resolve("checkpoints")).hasContent("a file in its place");
  }

  @Test
  void aBugInTheWriterLeavesTheOlderCheckpointsAndComesThrough() {
    Checkpoints checkpoints = open(1);
    save(checkpoints, 1, 1);
    assertThatThrownBy(
            () ->
                checkpoints.save(
                    2,
                    folder -> {
                      Files.writeString(folder.resolve("half"), "half");
                      throw new IllegalStateException("a bug");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(names()).containsExactly("latest", "step-000001");
  }

  @Test
  void badSettingsAreRefused() {
    assertThatThrownBy(() -> open(0)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> open(1).save(-1, folder -> {})).isInstanceOf(InputException.class);
  }

  @Test
  void aKilledProcessAlwaysLeavesACompleteCheckpointAndNeverAnOlderOne() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    int promised = 0;
    for (int i = 0; i < 12; i++) {
      promised = Math.max(promised, stepsSavedUntilKilled(random.nextInt(400)));
      Checkpoint found = Checkpoints.latest(run, warnings::add).orElseThrow();
      assertThat(found.step()).isGreaterThanOrEqualTo(promised);
      assertThat(Files.readAllBytes(found.folder().resolve("weights.bin")))
          .isEqualTo(CheckpointSaver.weights(found.step()));
      promised = found.step();
    }
    assertThat(promised).isGreaterThan(24); // two at least each time
    assertThat(warnings).isEmpty();
    Checkpoints checkpoints = open(2);
    assertThat(checkpoints.best().map(Checkpoint::step)).contains(promised / 10 * 10);
    checkpoints.save(promised + 1, folder -> {});
    assertThat(names()).hasSizeLessThanOrEqualTo(4).noneMatch(name -> name.contains("."));
  }

  /** The last step that the process reported as saved. */
  private int stepsSavedUntilKilled(int millisAfterTheSecond) throws Exception {
    Path reported = run.resolve("reported.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CheckpointSaver.class.getName(),
                run.toString())
            .redirectError(run.resolve("errors.txt").toFile())
            .redirectOutput(reported.toFile())
            .start();
    try {
      while (whole(reported).size() < 2) {
        assertThat(process.waitFor(5, TimeUnit.MILLISECONDS)).as(this::errors).isFalse();
      }
      assertThat(process.waitFor(millisAfterTheSecond, TimeUnit.MILLISECONDS))
          .as(this::errors)
          .isFalse();
    } finally {
      process.destroyForcibly().waitFor();
    }
    List<String> lines = whole(reported);
    return Integer.parseInt(lines.get(lines.size() - 1));
  }

  /** The lines that have their end. */
  private static List<String> whole(Path file) throws IOException {
    String text = Files.readString(file);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  private String errors() {
    try {
      return Files.readString(run.resolve("errors.txt"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @FunctionalInterface
  private interface Act {
    void on(Path folder) throws IOException;
  }

  private Checkpoints open(int keepLast) {
    return new Checkpoints(run, keepLast, Better.LOWER, warnings::add);
  }

  private static void save(Checkpoints checkpoints, int step, double metric) {
    checkpoints.save(step, OptionalDouble.of(metric), folder -> {});
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  private List<String> names() {
    try (Stream<Path> paths = Files.list(run.resolve("checkpoints"))) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
