package io.rlhf4j.label.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.Split;
import io.rlhf4j.data.UseCase;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.NewOutput;
import java.util.ArrayList;
import java.util.List;

/** How an item that waits for a lead's look stands in its column. */
final class HeldItemJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private HeldItemJson() {}

  static String write(NewItem item) {
    Prompt prompt = item.prompt();
    if (prompt == null) {
      throw new IllegalStateException("an item without a prompt holds nothing to be found");
    }
    UseCase useCase = prompt.useCase();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", prompt.id())
            .put("messages", PromptJson.write(prompt.messages()))
            .put("user", prompt.user())
            .put("use_case", useCase == null ? null : useCase.name())
            .put("kind", prompt.kind().name())
            .put("split", prompt.split().name());
    ArrayNode outputs = json.putArray("outputs");
    for (NewOutput output : item.outputs()) {
      outputs
          .addObject()
          .put("text", output.text())
          .put("policy", output.policy())
          .put("finished", output.finished());
    }
    return json.toString();
  }

  static NewItem read(String text) {
    JsonNode json = parse(text);
    List<NewOutput> outputs = new ArrayList<>();
    for (JsonNode output : json.get("outputs")) {
      outputs.add(
          new NewOutput(
              output.get("text").asText(),
              output.get("policy").asText(),
              null,
              output.get("finished").asBoolean()));
    }
    return NewItem.of(
        new Prompt(
            json.get("id").asText(),
            PromptJson.messages(json.get("messages").asText()),
            json.get("user").textValue(),
            json.get("use_case").isNull() ? null : UseCase.valueOf(json.get("use_case").asText()),
            PromptKind.valueOf(json.get("kind").asText()),
            Split.valueOf(json.get("split").asText())),
        outputs);
  }

  static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the database holds broken JSON", e);
    }
  }
}
