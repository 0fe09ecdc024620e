package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.InputException;
import io.rlhf4j.train.RunRecord.Status;
import io.rlhf4j.train.RunRecord.Versions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T10:00:00Z"));
  private static final InstantSource LATER =
      InstantSource.fixed(Instant.parse("2026-03-01T11:30:00Z"));

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Path input = Path.of("");

  @BeforeEach
  void makeInput() throws IOException {
    folder = temporary.resolve("runs/first");
    input = Files.writeString(temporary.resolve("in.jsonl"), "abc");
  }

  @Test
  void theRecordSaysHowTheRunWasMade() throws IOException {
    try (RunFolder run = open(1, 100, WhenRunExists.REFUSE, CLOCK)) {
      assertThat(run.resumed()).isFalse();
      assertThat(record().status()).isEqualTo(Status.RUNNING);
      run.finish();
    }
    // The SHA-256 of "abc" is FIPS 180-2's first example.
    assertThat(new ObjectMapper().readTree(folder.resolve("run.json").toFile()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"command": "rlhf4j sft my.yaml", "status": "finished",
                     "started": "2026-03-01T10:00:00Z", "resumed": [],
                     "ended": "2026-03-01T10:00:00Z", "error": null, "seed": 1,
                     "versions": {"rlhf4j": "0.1", "java": "17", "libtorch": "2.10"},
                     "inputs": [{"path": "%s", "bytes": 3, "sha256":
                       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}],
                     "config": {"sft": {"steps": 100}}, "configAsRead": "# mine\\n"}
                    """
                        .formatted(input)));
  }

  @Test
  void aFinishedRunIsNotOverwrittenUnasked() {
    runToTheEnd();
    assertThatThrownBy(() -> open(1, 100, WhenRunExists.REFUSE, LATER))
        .isInstanceOf(InputException.class)
        .hasMessage(
            folder
                + " already holds a finished run, started 2026-03-01T10:00:00Z; resume it,"
                + " overwrite it, or give another name");
    assertThat(record().status()).isEqualTo(Status.FINISHED);
  }

  @Test
  void overwritingLeavesNothingOfTheOldRun() throws IOException {
    runToTheEnd();
    Files.createDirectories(folder.resolve("checkpoint-5"));
    Files.writeString(folder.resolve("checkpoint-5/model.safetensors"), "old");
    Files.writeString(folder.resolve("metrics.jsonl"), "{\"step\":1}\n");
    try (RunFolder run = open(2, 7, WhenRunExists.OVERWRITE, LATER)) {
      assertThat(run.resumed()).isFalse();
      assertThat(folder.resolve("checkpoint-5")).doesNotExist();
      assertThat(run.metrics()).doesNotExist();
      assertThat(record().started()).isEqualTo("2026-03-01T11:30:00Z");
    }
  }

  @Test
  void overwritingSparesFoldersThatHoldNoRun() throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("thesis.tex"), "years of work");
    for (WhenRunExists when : WhenRunExists.values()) {
      assertThatThrownBy(() -> open(1, 100, when, CLOCK))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("is not empty and holds no run");
    }
    assertThat(folder.resolve("thesis.tex")).hasContent("years of work");
  }

  @Test
  void overwritingSparesTheRunsOwnInputs() throws IOException {
    runToTheEnd();
    input = Files.writeString(folder.resolve("model.safetensors"), "weights");
    assertThatThrownBy(() -> open(1, 100, WhenRunExists.OVERWRITE, CLOCK))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot be overwritten: the run reads " + input);
    assertThat(input).hasContent("weights");
  }

  @Test
  void aResumedRunKeepsItsBeginning() {
    try (RunFolder run = open(1, 100, WhenRunExists.REFUSE, CLOCK)) {
      run.fail("out of memory");
    }
    assertThat(record().error()).isEqualTo("out of memory");
    try (RunFolder run = open(1, 100, WhenRunExists.RESUME, LATER)) {
      assertThat(run.resumed()).isTrue();
    }
    assertThat(record().started()).isEqualTo("2026-03-01T10:00:00Z");
    assertThat(record().resumed()).containsExactly("2026-03-01T11:30:00Z");
    assertThat(record().error()).isNull();
    assertThat(record().status()).isEqualTo(Status.INTERRUPTED);
  }

  @Test
  void resumingWhereNothingIsStartsAnew() {
    try (RunFolder run = open(1, 100, WhenRunExists.RESUME, CLOCK)) {
      assertThat(run.resumed()).isFalse();
    }
  }

  @Test
  void aRunIsResumedWithItsOwnSettingsOnly() throws IOException {
    runToTheEnd();
    Files.writeString(input, "abd");
    assertThatThrownBy(() -> open(2, 200, WhenRunExists.RESUME, LATER))
        .isInstanceOf(InputException.class)
        .hasMessage(
            folder
                + " cannot be resumed, for a resumed run must equal an uninterrupted one: seed was"
                + " 1, is 2; sft.steps was 100, is 200; the content of "
                + input
                + " has changed. Put that back, or start another run");
  }

  @Test
  void twoCannotWriteOneRun() {
    try (RunFolder run = open(1, 100, WhenRunExists.REFUSE, CLOCK)) {
      assertThatThrownBy(() -> open(1, 100, WhenRunExists.RESUME, LATER))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("is in use");
      run.finish();
    }
    assertThat(record().status()).isEqualTo(Status.FINISHED);
  }

  @Test
  void aMissingInputIsSaidBeforeAnythingIsMade() {
    input = temporary.resolve("absent.jsonl");
    assertThatThrownBy(() -> open(1, 100, WhenRunExists.REFUSE, CLOCK))
        .isInstanceOf(InputException.class)
        .hasMessage("input " + input + " does not exist");
    assertThat(folder).doesNotExist();
  }

  @Test
  void plainNamesLieUnderRuns() {
    assertThat(RunFolder.locate("first")).isEqualTo(Path.of("runs", "first"));
    assertThat(RunFolder.locate("out/first")).isEqualTo(Path.of("out", "first"));
    assertThat(RunFolder.locate("./first")).isEqualTo(Path.of("./first"));
    assertThat(RunFolder.locate(".")).isEqualTo(Path.of("."));
  }

  private void runToTheEnd() {
    try (RunFolder run = open(1, 100, WhenRunExists.REFUSE, CLOCK)) {
      run.finish();
    }
  }

  private RunFolder open(long seed, int steps, WhenRunExists when, InstantSource clock) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.putObject("sft").put("steps", (long) steps);
    return RunFolder.open(
        folder,
        new RunFolder.Start(
            List.of("rlhf4j", "sft", "my.yaml"),
            "# mine\n",
            config,
            seed,
            new Versions("0.1", "17", "2.10"),
            List.of(input)),
        when,
        clock);
  }

  private RunRecord record() {
    return Objects.requireNonNull(RunFolder.read(folder));
  }
}
