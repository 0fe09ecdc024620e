package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelOutputsTest {
  @TempDir private Path folder;

  @Test
  void filesAreJoinedByPromptWhateverTheSpaceAroundIt() throws IOException {
    Path a =
        write(
            "alpha.jsonl",
            """
            {"prompt": "Q: Why?\\nA:", "instruction": "Why?\\n", "input": "", "response": "\\n\\nBecause."}
            {"instruction": "How?", "response": "So."}
            """);
    Path b = write("beta.v2.jsonl", "{\"prompt\": \"why?\", \"output\": \"No idea\"}\n");
    List<ModelOutputs> outputs = ModelOutputs.read(List.of(a, b));
    assertThat(outputs).hasSize(2);
    assertThat(outputs.get(0).prompt().text()).isEqualTo("Why?\n");
    assertThat(outputs.get(0).completions())
        .extracting(Completion::policy, Completion::text)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("alpha", "Because."),
            org.assertj.core.groups.Tuple.tuple("beta.v2", "No idea"));
    assertThat(outputs.get(1).completions()).hasSize(1);
  }

  @Test
  void thisProjectsCompletionsSayWhoWroteThem() throws IOException {
    Path file =
        write(
            "completions.jsonl",
            """
            {"prompt": "Why?", "prompt_id": "p", "completion": "A", "policy": "sft", "finished": true}
            {"prompt": "Why?", "prompt_id": "p", "completion": "B", "policy": "ppo", "finished": false}
            """);
    ModelOutputs only = ModelOutputs.read(List.of(file)).get(0);
    assertThat(only.prompt().id()).isEqualTo("p");
    assertThat(only.completions()).extracting(Completion::policy).containsExactly("sft", "ppo");
    assertThat(only.completions().get(1).finished()).isFalse();
  }

  @Test
  void aRowWithoutAnOutputIsRefusedWithItsLine() throws IOException {
    Path file = write("x.jsonl", "{\"prompt\": \"Why?\"}\n");
    assertThatThrownBy(() -> ModelOutputs.read(List.of(file)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("x.jsonl:1")
        .hasMessageContaining("must have the model's output under one of");
  }

  @Test
  void theEightSystemsAnswerTheSame252Prompts() throws IOException {
    Path real = SharedFiles.require("data/instructions/self-instruct-252-outputs");
    List<ModelOutputs> outputs;
    try (Stream<Path> files = Files.list(real)) {
      outputs = ModelOutputs.read(files.sorted().toList());
    }
    assertThat(outputs).hasSize(252);
    Set<String> models = new HashSet<>();
    for (ModelOutputs one : outputs) {
      assertThat(one.completions()).hasSize(8);
      one.completions().forEach(completion -> models.add(completion.policy()));
    }
    assertThat(models).hasSize(8).contains("davinci", "text-davinci-001", "text-davinci-003");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
