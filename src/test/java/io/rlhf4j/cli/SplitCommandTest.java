package io.rlhf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.Comparison;
import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.Prompt;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int split(Object... arguments) {
    List<String> words = new ArrayList<>(List.of("split"));
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    return Main.run(
        Commands.TABLE,
        folder.resolve("crashes"),
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        words.toArray(String[]::new));
  }

  private Path comparisons() {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 90; i++) {
      rows.append(
          "{\"prompt\":\"question %d\",\"chosen\":\"good %d\",\"rejected\":\"bad\",\"mine\":7}\n"
              .formatted(i / 3, i));
    }
    Path file = folder.resolve("all.jsonl");
    AtomicFile.write(file, rows.toString());
    return file;
  }

  @Test
  void everyRowGoesAsItStandsIntoOneOfThreePackedFilesThatShareNoPrompt() {
    Path parts = folder.resolve("parts");
    assertThat(split("--output", parts, "--valid", 0.2, "--test", 0.2, comparisons())).isZero();
    List<String> chosen = new ArrayList<>();
    List<Set<String>> prompts = new ArrayList<>();
    for (String name : List.of("train", "valid", "test")) {
      Path file = parts.resolve(name + ".jsonl.gz");
      List<Comparison> rows = DatasetReader.readComparisons(file);
      rows.forEach(row -> chosen.add(row.chosen()));
      prompts.add(
          rows.stream().map(Comparison::prompt).map(Prompt::text).collect(Collectors.toSet()));
      assertThat(rows.size()).isEqualTo(3 * prompts.get(prompts.size() - 1).size());
      assertThat(DatasetReader.open(file).rows())
          .allSatisfy(row -> assertThat(row.json().path("mine").asInt()).isEqualTo(7));
      assertThat(out.toString()).contains(file.toString());
    }
    assertThat(chosen).hasSize(90).doesNotHaveDuplicates();
    assertThat(prompts.get(0)).doesNotContainAnyElementsOf(prompts.get(1));
    assertThat(prompts.get(0)).doesNotContainAnyElementsOf(prompts.get(2));
    assertThat(prompts.get(1)).doesNotContainAnyElementsOf(prompts.get(2));
  }

  @Test
  void thePackedFileOfPackedFilesIsTheSameAgain() throws Exception {
    Path once = folder.resolve("once");
    Path twice = folder.resolve("twice");
    split("--output", once, "--valid", 0, "--test", 0.3, comparisons());
    Path test = once.resolve("test.jsonl.gz");
    // The same seed and shares send its prompts to the test part again; nothing is left to train.
    assertThat(split("--output", twice, "--valid", 0, "--test", 0.3, test)).isEqualTo(2);
    assertThat(err.toString()).contains("no row falls into the train part");
    Path train = once.resolve("train.jsonl.gz");
    assertThat(split("--output", twice, "--valid", 0, "--test", 0, train)).isZero();
    assertThat(Files.readAllBytes(twice.resolve("train.jsonl.gz")))
        .isEqualTo(Files.readAllBytes(train));
  }

  @Test
  void aBadRowIsRefusedWithFileAndLineAndNothingIsWritten() {
    Path file = folder.resolve("bad.jsonl");
    AtomicFile.write(
        file,
        """
        {"prompt": "a", "chosen": "b", "rejected": "c"}
        {"prompt": "a", "chosen": 5, "rejected": "c"}
        """);
    assertThat(split("--output", folder.resolve("parts"), file)).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("error: " + file + ":2: chosen must be a string, was 5");
    assertThat(folder.resolve("parts")).doesNotExist();
  }

  @Test
  void filesOfTwoSchemasAreRefused() {
    Path other = folder.resolve("other.jsonl");
    AtomicFile.write(other, "{\"prompt\": \"a\", \"completion\": \"b\"}\n");
    assertThat(split("--output", folder.resolve("parts"), comparisons(), other)).isEqualTo(2);
    assertThat(err.toString()).contains("prompt_completion", "preference", "one by one");
  }

  @Test
  void anEarlierSplitIsNotReplacedUnasked() {
    Path parts = folder.resolve("parts");
    assertThat(split("--output", parts, "--valid", 0, "--test", 0.4, comparisons())).isZero();
    assertThat(split("--output", parts, comparisons())).isEqualTo(2);
    assertThat(err.toString()).contains("is there already; give --overwrite");
    assertThat(split("--output", parts, "--valid", 0, "--test", 0, "--overwrite", comparisons()))
        .isZero();
    assertThat(DatasetReader.open(parts.resolve("train.jsonl.gz")).rows()).hasSize(90);
  }
}
