package io.rlhf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.cli.Commands.Group;
import io.rlhf4j.cli.Commands.Row;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class MainTest {
  @TempDir Path crashes;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Command(name = "train", description = "Trains something.")
  static final class Train implements Callable<Integer> {
    @Option(names = "--fail")
    String fail = "";

    @Option(names = "--seed")
    int seed;

    @Override
    public Integer call() {
      if (fail.equals("input")) {
        throw new InputException("ppo.clip must be in (0, 1), was 1.2");
      }
      if (fail.equals("bug")) {
        throw new IllegalStateException("the sky fell");
      }
      return 0;
    }
  }

  private int run(String... args) {
    List<Row> table =
        List.of(new Row(Group.TRAIN, Train::new), new Row(Group.MACHINE, DoctorCommand::new));
    return Main.run(table, crashes, new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Test
  void helpHasOneLinePerCommandUnderItsGroup() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString().lines().toList())
        .containsSubsequence("Train:", "  train       Trains something.", "This machine:")
        .anyMatch(line -> line.startsWith("  doctor      Checks"));
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void versionNamesTheProgram() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).matches("rlhf4j \\d+\\.\\d+\\.\\d+\\S*\\R");
  }

  @Test
  void aMistakeInTheInputIsOneSentenceAndExitTwo() {
    assertThat(run("train", "--fail", "input")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("error: ppo.clip must be in (0, 1), was 1.2");
    assertThat(crashes).isEmptyDirectory();
  }

  @Test
  void aFailureOfOursExitsOneAndLeavesItsStackTraceInAFile() throws IOException {
    assertThat(run("train", "--fail", "bug")).isEqualTo(1);
    assertThat(err.toString()).contains("the sky fell").doesNotContain("\tat ");
    try (var files = Files.list(crashes)) {
      assertThat(files).singleElement().asString().contains("crash-");
    }
    try (var files = Files.list(crashes)) {
      assertThat(Files.readString(files.findFirst().orElseThrow())).contains("\tat io.rlhf4j.cli");
    }
  }

  @Test
  void theStackTraceIsShownOnRequestBeforeOrAfterTheCommand() {
    assertThat(run("train", "--fail", "bug", "--stacktrace")).isEqualTo(1);
    assertThat(run("--stacktrace", "train", "--fail", "input")).isEqualTo(2);
    assertThat(err.toString()).containsSubsequence("the sky fell", "\tat ", "ppo.clip", "\tat ");
    assertThat(crashes).isEmptyDirectory();
  }

  @Test
  void anUnknownCommandGetsTheNearestName() {
    assertThat(run("trian")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "error: unknown command 'trian'; did you mean 'train'?; see rlhf4j --help");
  }

  @Test
  void anUnknownOptionGetsTheNearestName() {
    assertThat(run("train", "--sede=3")).isEqualTo(2);
    assertThat(err.toString()).contains("'--seed'");
  }

  @Test
  void noCommandAtAllIsAMistake() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("no command was given");
  }

  @Test
  void aValueOfTheWrongTypeNamesTheOption() {
    assertThat(run("train", "--seed", "seven")).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains("--seed", "seven");
  }
}
