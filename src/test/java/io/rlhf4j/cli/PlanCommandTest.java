package io.rlhf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int plan(String... arguments) {
    return Main.run(
        Commands.TABLE, folder, new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void aStageIsPlannedPartByPartFromItsOwnSettings() throws IOException {
    Path text = Files.writeString(folder.resolve("text.txt"), "the sea and the wind");
    int code = plan("plan", "pretrain", "text=" + text, "output=" + folder.resolve("run"));
    assertThat(code).as("%s", err).isZero();
    assertThat(out.toString())
        .contains("model: weights", "model: optimizer", "32 rows of 256 tokens", "in all");
  }

  @ParameterizedTest
  @CsvSource({
    "plan, the stage is missing; give pretrain",
    "plan sft, model cannot be null; give it a path",
    "plan pretrain text=t output=o model.widht=3, unknown key",
    "plan pretrain text=t output=o training.floor=2, 'floor must be in [0, 1], was 2'",
    "plan pretrain text=absent.txt output=o, 'text must be a file that can be read, was absent'",
    "plan chat, chat"
  })
  void aMistakeIsNamed(String line, String message) {
    assertThat(plan(line.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }
}
