package io.rlhf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.SharedFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCommandTest {
  @TempDir Path crashes;

  private String generate(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            Commands.TABLE,
            crashes,
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            arguments);
    assertThat(code).as(err.toString()).isZero();
    return out.toString().stripTrailing();
  }

  @Test
  void stories260kTellsItsReferenceStories() throws IOException {
    Path model = SharedFiles.require("models/stories260K");
    JsonNode cases =
        new ObjectMapper().readTree(model.resolve("reference.json").toFile()).get("cases");
    assertThat(cases).isNotEmpty();
    for (JsonNode story : cases) {
      String prompt = story.get("prompt").asText();
      String written =
          generate(
              "generate",
              "--model=" + model,
              "--temperature=0",
              "--max-new-tokens=" + story.get("greedy_30").size(),
              prompt);
      String reference = story.get("text").asText();
      assertThat(reference).startsWith(prompt);
      // Decoded by itself, a completion lacks the space that joined it to the prompt.
      assertThat(written.strip()).isEqualTo(reference.substring(prompt.length()).strip());
    }
  }

  @Test
  void craftgptAnswersAsItsReferenceDoes() throws IOException {
    Path model = SharedFiles.require("models/craftgpt-5m");
    JsonNode cases =
        new ObjectMapper().readTree(model.resolve("reference.json").toFile()).get("cases");
    for (JsonNode talk : cases) {
      String written =
          generate(
              "generate",
              "--model=" + model,
              "--format=chat",
              "--temperature=0",
              talk.get("prompt").asText());
      assertThat(written.strip()).isEqualTo(talk.get("reply_text").asText().strip());
    }
  }
}
