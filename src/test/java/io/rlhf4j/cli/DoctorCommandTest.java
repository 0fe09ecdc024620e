package io.rlhf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.cli.Check.Health;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  @TempDir Path folder;

  @Test
  void whatIsBrokenComesWithItsRemedyAndExitOne() {
    StringWriter out = new StringWriter();
    int code =
        DoctorCommand.print(
            List.of(Check.fine("java", "17"), Check.broken("libtorch", "absent", "Fetch it.")),
            new PrintWriter(out, true));
    assertThat(code).isEqualTo(1);
    assertThat(out.toString()).contains("ok    java", "FAIL  libtorch", "libtorch: Fetch it.");
  }

  @Test
  void whatIsOnlySlowerKeepsExitZero() {
    StringWriter out = new StringWriter();
    int code =
        DoctorCommand.print(
            List.of(Check.slow("disk", "1.0 GiB", "Free some.")), new PrintWriter(out, true));
    assertThat(code).isZero();
    assertThat(out.toString()).contains("note  disk", "disk: Free some.", "Ready.");
  }

  @Test
  void vectorUnitsAreReadFromTheCpuFlags() throws IOException {
    Path info =
        Files.writeString(folder.resolve("cpuinfo"), "model : x\nflags : fpu avx2 amx_bf16\n");
    assertThat(Machine.cpu(info).found()).contains("AVX2, AMX bf16").doesNotContain("AVX-512");
    Path old = Files.writeString(folder.resolve("old"), "flags : fpu sse2\n");
    assertThat(Machine.cpu(old).health()).isEqualTo(Health.SLOW);
  }

  @Test
  void threadCountsThatDifferAreNoted() {
    assertThat(
            Machine.threads(Map.of("OMP_NUM_THREADS", "2", "OPENBLAS_NUM_THREADS", "2")).health())
        .isEqualTo(Health.FINE);
    assertThat(Machine.threads(Map.of("OMP_NUM_THREADS", "2")).health()).isEqualTo(Health.SLOW);
    assertThat(Machine.threads(Map.of()).remedy()).contains("./rlhf4j");
  }

  @Test
  void kernelsChosenForAnotherProcessorAreNoted() {
    assertThat(Machine.blas(Map.of()).health()).isEqualTo(Health.FINE);
    assertThat(Machine.blas(Map.of("OPENBLAS_CORETYPE", "")).health()).isEqualTo(Health.FINE);
    Check chosen = Machine.blas(Map.of("OPENBLAS_CORETYPE", "Haswell"));
    assertThat(chosen.health()).isEqualTo(Health.SLOW);
    assertThat(chosen.found()).contains("Haswell");
    assertThat(chosen.remedy()).contains("unset it");
  }

  @Test
  void theTensorLibraryLoadsAndMultiplies() {
    assertThat(TensorLibrary.checks())
        .extracting(Check::what)
        .containsExactly("libtorch", "matmul f32", "matmul bf16");
  }
}
