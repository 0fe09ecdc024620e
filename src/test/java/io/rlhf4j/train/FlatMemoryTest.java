package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Memory does not grow with the length of a run. In a process of its own, whose Java heap is small
 * and taken at once and whose bytecode is compiled once by the simple compiler: the optimising one
 * takes some 20 MiB of working space whenever it pleases, which would be measured instead of ours.
 */
class FlatMemoryTest {
  /** An iteration has 2 epochs of 2 micro-batches. */
  private static final int WARM_UP_ITERATIONS = 60;

  private static final int ITERATIONS = 500;

  /** How much larger the resident set may be after 2,000 more micro-steps. */
  private static final double GROWTH = 0.03;

  private static final Path STATUS = Path.of("/proc/self/status");

  @Test
  void memoryStaysFlatOverTwoThousandMicroStepsOfPpo() throws Exception {
    Assumptions.assumeTrue(
        Files.exists(STATUS), "the resident set is read from /proc, which is absent here");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms96m",
                "-Xmx96m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                Training.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).isZero();
    List<long[]> measured =
        output.lines().map(line -> new long[] {number(line, 0), number(line, 1)}).toList();
    assertThat(measured).hasSize(2);
    assertThat(measured.get(1)[1]).as("native objects").isEqualTo(measured.get(0)[1]);
    assertThat((double) measured.get(1)[0])
        .as("resident set in KiB")
        .isLessThan(measured.get(0)[0] * (1 + GROWTH));
  }

  private static long number(String line, int index) {
    return Long.parseLong(line.split(" ", -1)[index]);
  }

  /** The process that is measured; prints resident KiB and native objects, early and late. */
  static final class Training {
    private Training() {}

    public static void main(String[] arguments) {
      int total = WARM_UP_ITERATIONS + ITERATIONS;
      PpoConfig config = Miniature.ppo(total, 0, Miniature.FREE, 0.9, Miniature.NO_CHECKPOINTS);
      try (Miniature.Cast cast = Miniature.Cast.fresh()) {
        cast.trainer(config, Run.unrecorded("ppo"))
            .observedBy(
                (samples, finished, row) -> {
                  if (row.step() == WARM_UP_ITERATIONS || row.step() == total) {
                    System.out.println(residentKib() + " " + TensorScope.liveObjects());
                  }
                })
            .train();
      }
    }

    private static long residentKib() {
      try {
        return Files.readAllLines(STATUS).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElseThrow();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
