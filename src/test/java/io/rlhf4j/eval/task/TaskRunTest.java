package io.rlhf4j.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.SharedFiles;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.eval.output.OutputRow;
import io.rlhf4j.eval.output.OutputScores;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.stats.Bootstrap;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks put to a real, small model. */
class TaskRunTest {
  private static final TaskRun.Limits ALL = new TaskRun.Limits(null, 0);

  @TempDir Path folder;

  @Test
  void choicesAreMadeByTheLogProbabilitiesThatOneForwardPassEachGives() throws IOException {
    Path data = folder.resolve("hellaswag_val.jsonl");
    Files.writeString(
        data,
        "{\"ctx\":\"Once upon a time, there was a little\",\"endings\":[\" girl named Lily.\","
            + "\" of with.\",\" zxq\"],\"label\":0}\n"
            + "{\"ctx\":\"The dog was very\",\"endings\":[\" qqq zzz\",\" happy.\",\" the the\"],"
            + "\"label\":\"1\"}\n");
    try (Tokenizer tokenizer = Tokenizer.load(model());
        Transformer transformer = ModelFolder.readLanguage(model(), Precision.FLOAT32, false)) {
      TaskRun run = run("hellaswag", data, transformer, tokenizer);
      assertThat(run.rows()).hasSize(2);
      assertThat(figures(run).get(0).value()).isEqualTo(1);
      SubjectModel subject = new SubjectModel(transformer, tokenizer, PromptStyle.PLAIN);
      Sample first = subject.choice("The dog was very", " happy.");
      Sample second = subject.choice("Once upon a time, there was a little", " girl named Lily.");
      double[] together = subject.logProbabilities(List.of(first, second));
      assertThat(together[0]).isCloseTo(subject.logProbabilities(List.of(first))[0], within(1e-4));
      assertThat(together[1]).isCloseTo(subject.logProbabilities(List.of(second))[0], within(1e-4));
    }
  }

  @Test
  void generatedAnswersAreScoredByTheTasksMetricsAndLongPromptsLeftOut() throws IOException {
    Path data = folder.resolve("tldr.jsonl");
    Files.writeString(
        data,
        "{\"content\":\"Lily had a cat.\",\"summary\":\"Lily had a cat.\"}\n{\"content\":\""
            + "word ".repeat(600)
            + "\",\"summary\":\"x\"}\n");
    try (Tokenizer tokenizer = Tokenizer.load(model());
        Transformer transformer = ModelFolder.readLanguage(model(), Precision.FLOAT32, false)) {
      TaskRun run = run("tldr", data, transformer, tokenizer);
      assertThat(run.rows()).hasSize(1);
      assertThat(run.rows().get(0).output()).isNotEmpty().doesNotContain("\n");
      assertThat(run.tooLong()).isEqualTo(1);
      assertThat(run.note()).contains("1 prompts or choices too long for the model");
    }
  }

  @Test
  void resultsHaveTheHarnessesKeys() throws IOException {
    TaskDefinition task = TaskDefinition.find("hellaswag");
    TaskRun run =
        new TaskRun(
            task,
            Path.of("h.jsonl"),
            null,
            List.of(row("a", 1, 0), row("b", 0, 0), row("c", 1, 1)),
            10,
            3,
            0,
            0);
    HarnessJson.write(
        folder.resolve("h.json"), Path.of("m"), List.of(run), Map.of("hellaswag", figures(run)));
    JsonNode json = new ObjectMapper().readTree(folder.resolve("h.json").toFile());
    JsonNode result = json.get("results").get("hellaswag");
    assertThat(result.get("acc_token_norm,none").asDouble()).isEqualTo(2.0 / 3);
    assertThat(result.get("acc,none").asDouble()).isEqualTo(1.0 / 3);
    assertThat(result.get("acc_stderr,none").asDouble()).isPositive();
    assertThat(json.get("n-shot").get("hellaswag").asInt()).isEqualTo(10);
    assertThat(json.get("n-samples").get("hellaswag").get("effective").asInt()).isEqualTo(3);
  }

  private static OutputRow row(String item, double perToken, double summed) {
    return new OutputRow(
        "f",
        "m",
        "",
        TaskItem.ZERO_SHOT,
        item,
        "x",
        List.of(),
        Map.of(TaskRun.PER_TOKEN, perToken, TaskRun.SUMMED, summed));
  }

  private static List<Figure> figures(TaskRun run) {
    return new OutputScores(run.task().task(), run.rows(), new Bootstrap(50, 0.95, 1))
        .figures(run.choiceMetrics());
  }

  private static TaskRun run(String task, Path data, Transformer model, Tokenizer tokenizer) {
    return TaskRun.of(
        TaskDefinition.find(task), data, "m", model, tokenizer, PromptStyle.PLAIN, ALL);
  }

  private static Path model() {
    return SharedFiles.require("models/stories260K");
  }
}
