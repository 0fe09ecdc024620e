package io.rlhf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int bench(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "bench";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Main.run(
        Commands.TABLE, folder, new PrintWriter(out, true), new PrintWriter(err, true), all);
  }

  @Test
  void worksInProcessesOfTheirOwnAreToldAndWrittenTogether() throws IOException {
    Path json = folder.resolve("bench.json");
    int code =
        bench(
            "train",
            "generate",
            "--layers=1",
            "--width=16",
            "--heads=2",
            "--vocabulary=40",
            "--batch=2",
            "--length=8",
            "--repetitions=1",
            "--json=" + json);
    assertThat(code).as("%s", err).isZero();
    assertThat(out.toString()).containsOnlyOnce("vocabulary 40;").containsOnlyOnce("training step");
    JsonNode measures = new ObjectMapper().readTree(json.toFile()).get("measures");
    assertThat(measures.findValuesAsText("work"))
        .containsExactly("training step", "generation", "generation");
    assertThat(measures.get(0).get("phases").fieldNames())
        .toIterable()
        .containsExactly("forward", "backward", "optimizer");
    assertThat(measures.get(0).get("share_of_multiply").asDouble()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "chat, WORK must be",
    "--width=10, --width must be a multiple of --heads",
    "--ptx=-1, --ptx must be a finite number",
    "--repetitions=0, --repetitions must be at least 1"
  })
  void aMistakeIsNamedWithItsRule(String argument, String rule) {
    assertThat(bench(argument)).isEqualTo(2);
    assertThat(err.toString()).contains(rule).contains("was");
  }
}
