package io.rlhf4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.SharedFiles;
import io.rlhf4j.data.Message;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.tokenizer.jinja.RefusedException;
import io.rlhf4j.tokenizer.jinja.Template;
import io.rlhf4j.tokenizer.jinja.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ChatTemplateTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

  @TestFactory
  List<DynamicTest> everyGoldenRenderingIsEqual() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> files = Files.list(SharedFiles.require("fixtures/chat"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        JsonNode fixture = JSON.readTree(file.toFile());
        for (JsonNode example : fixture.path("cases")) {
          String name = file.getFileName() + ": " + example.path("name").asText();
          tests.add(dynamicTest(name, () -> check(fixture.path("template").asText(), example)));
        }
      }
    }
    assertThat(tests).hasSizeGreaterThanOrEqualTo(56);
    return tests;
  }

  private static void check(String source, JsonNode example) {
    JsonNode input = example.path("input");
    JsonNode expected = example.path("expected");
    ChatTemplate template = new ChatTemplate(source, NOTHING);
    ArrayNode messages = (ArrayNode) input.path("messages");
    boolean prompt = input.path("add_generation_prompt").asBoolean();
    ObjectNode variables = (ObjectNode) input.path("variables");
    if (expected.has("error")) {
      RefusedException refusal =
          catchThrowableOfType(
              RefusedException.class, () -> template.render(messages, prompt, variables));
      assertThat(refusal.reason()).isEqualTo(expected.path("error").asText());
      return;
    }
    Template.Rendering rendering = template.render(messages, prompt, variables);
    assertThat(rendering.text()).isEqualTo(expected.path("text").asText());
    if (expected.has("generation_spans")) {
      // The fixture counts code points.
      List<List<Integer>> spans = new ArrayList<>();
      for (Template.Span span : rendering.generated()) {
        spans.add(
            List.of(
                rendering.text().codePointCount(0, span.start()),
                rendering.text().codePointCount(0, span.end())));
      }
      assertThat(JSON.valueToTree(spans).toString())
          .isEqualTo(expected.path("generation_spans").toString());
    }
  }

  @Test
  void craftgptsPromptsAreWhatItsTemplateSays() {
    try (Tokenizer tokenizer = Tokenizer.load(SharedFiles.require("models/craftgpt-5m"))) {
      PromptFormat format = PromptFormat.of(PromptStyle.CHAT, tokenizer);
      assertThat(format.promptText(Prompt.plain("p", "Hello"))).isEqualTo("[inst] Hello [/inst]");
      int[] prompt = format.promptIds(Prompt.plain("p", "Hello"));
      // [inst] is 0, [/inst] is 1, and the golden tokens have 79 for "hello".
      assertThat(prompt).containsExactly(0, 79, 1);
      // The template writes no end after a reply, so the end of text is appended.
      int[] completion = format.completionIds("hello there!");
      assertThat(completion).endsWith(0);
      assertThat(format.completionText(completion)).isEqualTo("hello there!");
    }
  }

  @Test
  void tokenizersGiveTheirSpecialTokensToTheTemplate() {
    ObjectNode tokens = JsonNodeFactory.instance.objectNode().put("bos_token", "<s>");
    ChatTemplate template =
        new ChatTemplate("{{ bos_token }}{{ messages[0].role }}{{ tools is none }}", tokens);
    assertThat(template.render(List.of(Message.user("x")), false)).isEqualTo("<s>userTrue");
  }

  @Test
  void aRefusalIsASentence() {
    ChatTemplate template = new ChatTemplate("{{ raise_exception('no roles') }}", NOTHING);
    assertThatThrownBy(() -> template.render(List.of(Message.user("x")), false))
        .isInstanceOf(TemplateException.class)
        .hasMessage("the chat template refuses these messages: no roles");
  }
}
