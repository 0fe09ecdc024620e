package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  @TempDir Path folder;

  @Test
  void rowsKeepTheOrderOfTheirNumbers() throws IOException {
    Path file = folder.resolve("deep/metrics.jsonl");
    try (MetricsLog log = MetricsLog.open(file)) {
      log.append(
          new MetricsRow(10).put("loss", 2.5).put("episode", 640).put("learning_rate", 1e-5));
      log.append(new MetricsRow(20).put("learning_rate", 0.5).put("loss", -1.0));
      // Each row is there as soon as it was appended.
      assertThat(Files.readString(file))
          .isEqualTo(
              """
              {"step":10,"loss":2.5,"episode":640,"learning_rate":1.0E-5}
              {"step":20,"learning_rate":0.5,"loss":-1.0}
              """);
    }
  }

  @Test
  void numbersThatAreNotFiniteBecomeNull() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    try (MetricsLog log = MetricsLog.open(file)) {
      log.append(
          new MetricsRow(1)
              .put("loss", Double.NaN)
              .put("a", Double.POSITIVE_INFINITY)
              .put("b", Double.NEGATIVE_INFINITY));
    }
    assertThat(Files.readString(file))
        .isEqualTo("{\"step\":1,\"loss\":null,\"a\":null,\"b\":null}\n");
    assertThat(MetricsLog.read(file).get(0).get("loss").orElseThrow()).isNaN();
  }

  @Test
  void aResumedRunHasTheRowsOfAnUninterruptedOne() throws IOException {
    Path whole = folder.resolve("whole.jsonl");
    try (MetricsLog log = MetricsLog.open(whole)) {
      appendRows(log, 0, 9);
    }
    Path interrupted = folder.resolve("interrupted.jsonl");
    try (MetricsLog log = MetricsLog.open(interrupted)) {
      // Killed while it wrote step 7; the last checkpoint is that of step 4.
      appendRows(log, 0, 6);
    }
    Files.writeString(interrupted, Files.readString(interrupted) + "{\"step\":7,\"lo");
    try (MetricsLog log = MetricsLog.open(interrupted)) {
      log.truncateAfter(4);
      appendRows(log, 4, 9);
    }
    assertThat(Files.readString(interrupted)).isEqualTo(Files.readString(whole));
  }

  private static void appendRows(MetricsLog log, long after, long last) {
    for (long step = after + 1; step <= last; step++) {
      log.append(new MetricsRow(step).put("loss", 1.0 / step));
      log.append(new MetricsRow(step).put("eval_loss", 2.0 / step));
    }
  }

  @Test
  void aTornLastRowIsCutOffBeforeTheNextOne() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    Files.writeString(file, "{\"step\":1,\"loss\":1.0}\n{\"step\":2,\"loss");
    try (MetricsLog log = MetricsLog.open(file)) {
      log.append(new MetricsRow(2).put("loss", 0.5));
    }
    assertThat(Files.readString(file))
        .isEqualTo("{\"step\":1,\"loss\":1.0}\n{\"step\":2,\"loss\":0.5}\n");
  }

  @Test
  void whatWasWrittenIsRead() {
    Path file = folder.resolve("metrics.jsonl");
    MetricsRow row = new MetricsRow(3).put("objective/kl", 0.1).put("episode", 7);
    try (MetricsLog log = MetricsLog.open(file)) {
      log.append(row);
    }
    List<MetricsRow> rows = MetricsLog.read(file);
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).step()).isEqualTo(3);
    assertThat(rows.get(0).metrics()).isEqualTo(row.metrics());
  }

  @Test
  void brokenRowsAreRefusedWithTheirLine() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    Files.writeString(file, "{\"step\":1}\n{\"step\":}\n");
    assertThatThrownBy(() -> MetricsLog.open(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("metrics.jsonl:2: not valid JSON");
    Files.writeString(file, "{\"loss\":1}\n");
    assertThatThrownBy(() -> MetricsLog.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("metrics.jsonl:1: a row of metrics needs a whole 'step'");
  }

  @Test
  void aNameStandsOncePerRow() {
    assertThatThrownBy(() -> new MetricsRow(1).put("loss", 1.0).put("loss", 2.0))
        .hasMessage("metric 'loss' is there twice at step 1");
    assertThatThrownBy(() -> new MetricsRow(1).put("step", 1.0))
        .hasMessage("'step' is no name for a metric");
  }

  @Test
  void timingsAreKnownByTheirNames() {
    assertThat(MetricsRow.isTiming("step_time_s")).isTrue();
    assertThat(MetricsRow.isTiming("tokens_per_s")).isTrue();
    assertThat(MetricsRow.isTiming("loss")).isFalse();
  }
}
