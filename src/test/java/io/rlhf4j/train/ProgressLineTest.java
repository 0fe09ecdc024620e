package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong nanos = new AtomicLong(5);

  @Test
  void thePlainLineSaysWhereTheStageStands() {
    ProgressLine progress = line(false, 0, 1000);
    seconds(60);
    progress.update(row(120).put("loss", 2.3456).put("lr", 1e-5), 192_000, "loss", "lr", "absent");
    // 120 steps took 60 s, so the other 880 take 440 s = 7:20; 192,000 tokens / 60 s = 3,200.
    assertThat(written())
        .isEqualTo(
            "sft  120/1000  12%  eta 7:20  elapsed 1:00  loss 2.346  lr 1.0e-05  3,200 tok/s\n");
  }

  @Test
  void logFilesAreNotFlooded() {
    ProgressLine progress = line(false, 0, 36_000);
    // Ten hours of one step per second.
    for (int step = 1; step <= 36_000; step++) {
      seconds(1);
      progress.update(row(step), 0);
    }
    progress.close();
    assertThat(written().lines().count()).isBetween(20L, 150L);
    assertThat(written()).endsWith("sft  36000/36000  100%  elapsed 10:00:00\n");
  }

  @Test
  void aShortStageWritesItsFirstAndItsLastStep() {
    ProgressLine progress = line(false, 0, 50);
    for (int step = 1; step <= 50; step++) {
      nanos.addAndGet(10_000_000);
      progress.update(row(step), 0);
    }
    progress.close();
    progress.close();
    assertThat(written().lines()).hasSize(2);
    assertThat(written()).contains("sft  1/50").endsWith("sft  50/50  100%  elapsed 0:01\n");
  }

  @Test
  void aTerminalsLineIsRewrittenInPlace() {
    ProgressLine progress = line(true, 0, 10);
    seconds(1);
    progress.update(row(1), 0);
    progress.update(row(2), 0);
    seconds(1);
    progress.update(row(3), 0);
    progress.close();
    // The second step came within a tenth of a second and is not drawn.
    assertThat(written())
        .isEqualTo(
            "\r\u001b[Ksft  1/10  10%  eta 0:09  elapsed 0:01"
                + "\r\u001b[Ksft  3/10  30%  eta 0:05  elapsed 0:02"
                + "\r\u001b[Ksft  3/10  30%  eta 0:05  elapsed 0:02"
                + "\r\u001b[Ksft  3/10  30%  eta 0:05  elapsed 0:02\n");
  }

  @Test
  void stagesSideBySideHaveALineEach() {
    ProgressScreen screen = new ProgressScreen(out);
    ProgressLine small = new ProgressLine(out, screen, nanos::get, "sft-small", 0, 10);
    ProgressLine large = new ProgressLine(out, screen, nanos::get, "sft-large", 0, 10);
    seconds(1);
    small.update(row(10), 0);
    large.update(row(5), 0);
    small.close();
    // The finished line stays; the other is drawn again below it.
    assertThat(written().replace("\r\u001b[K", "<").replace("\u001b[A", "^"))
        .isEqualTo(
            "<sft-small  10/10  100%  elapsed 0:01"
                + "<sft-small  10/10  100%  elapsed 0:01\n"
                + "sft-large  5/10  50%  eta 0:01  elapsed 0:01"
                + "<^<sft-small  10/10  100%  elapsed 0:01\n"
                + "sft-large  5/10  50%  eta 0:01  elapsed 0:01"
                + "<^<sft-small  10/10  100%  elapsed 0:01\n"
                + "<sft-large  5/10  50%  eta 0:01  elapsed 0:01");
  }

  @Test
  void aNoteStandsOnALineOfItsOwn() {
    ProgressLine progress = line(true, 0, 10);
    seconds(1);
    progress.update(row(1), 0);
    progress.note("checkpoint saved");
    progress.close();
    assertThat(written()).contains("\r\u001b[Kcheckpoint saved\n\r\u001b[Ksft  1/10");
  }

  @Test
  void aLineNeverWrapsOnATerminal() {
    ProgressLine progress = line(true, 0, 10);
    seconds(1);
    progress.update(
        row(1).put("a_metric_with_a_name_as_long_as_a_whole_line_of_text", 1.5),
        99,
        "a_metric_with_a_name_as_long_as_a_whole_line_of_text");
    assertThat(written().replace("\r\u001b[K", "").length()).isEqualTo(78);
  }

  @Test
  void aResumedStageCountsItsTimeFromItsFirstStep() {
    ProgressLine progress = line(false, 500, 1000);
    seconds(10);
    progress.update(row(510), 0);
    // Ten steps in ten seconds, 490 to go.
    assertThat(written()).isEqualTo("sft  510/1000  51%  eta 8:10  elapsed 0:10\n");
  }

  @Test
  void numbersAreShortAndReadable() {
    assertThat(ProgressLine.number(0.5)).isEqualTo("0.5000");
    assertThat(ProgressLine.number(-12.3456)).isEqualTo("-12.35");
    assertThat(ProgressLine.number(12345.6)).isEqualTo("12346");
    assertThat(ProgressLine.number(3)).isEqualTo("3");
    assertThat(ProgressLine.number(9.65e-6)).isEqualTo("9.7e-06");
    assertThat(ProgressLine.number(Double.NaN)).isEqualTo("NaN");
  }

  private ProgressLine line(boolean terminal, long first, long total) {
    return new ProgressLine(
        out, terminal ? new ProgressScreen(out) : null, nanos::get, "sft", first, total);
  }

  private static MetricsRow row(long step) {
    return new MetricsRow(step);
  }

  private void seconds(long seconds) {
    nanos.addAndGet(seconds * 1_000_000_000L);
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
  }
}
