package io.rlhf4j.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.Message;
import io.rlhf4j.tokenizer.jinja.Template;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A model's chat template: how a conversation becomes the text that the model was trained on.
 *
 * <p>Renders as Python's transformers does, special tokens included; what a template may use says
 * {@link Template}. A template that refuses the messages (two user turns in a row, say) throws
 * {@link io.rlhf4j.tokenizer.jinja.RefusedException}. Safe for use by many threads.
 */
public final class ChatTemplate {
  private final Template template;
  private final ObjectNode specialTokens;

  /**
   * @param source Jinja
   * @param specialTokens by their names, such as {@code bos_token}; templates use them as variables
   */
  public ChatTemplate(String source, ObjectNode specialTokens) {
    this.template = Template.parse(source);
    this.specialTokens = specialTokens.deepCopy();
  }

  /**
   * The text of a conversation.
   *
   * @param addGenerationPrompt whether the text goes on to where the assistant's reply begins
   */
  public String render(List<Message> messages, boolean addGenerationPrompt) {
    ArrayNode turns = JsonNodeFactory.instance.arrayNode();
    for (Message message : messages) {
      turns
          .addObject()
          .put("role", message.role().name().toLowerCase(Locale.ROOT))
          .put("content", message.content());
    }
    return render(turns, addGenerationPrompt, JsonNodeFactory.instance.objectNode()).text();
  }

  /**
   * The text of a conversation with all that templates know: tool calls, content in parts, and
   * variables such as {@code tools} or {@code enable_thinking}.
   *
   * @param messages objects with at least {@code role} and {@code content}
   * @param variables those given here take precedence
   */
  public Template.Rendering render(
      ArrayNode messages, boolean addGenerationPrompt, ObjectNode variables) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    all.putNull("tools");
    all.putNull("documents");
    for (ObjectNode given : List.of(specialTokens, variables)) {
      for (Map.Entry<String, JsonNode> variable : given.properties()) {
        all.set(variable.getKey(), variable.getValue());
      }
    }
    all.set("messages", messages);
    all.put("add_generation_prompt", addGenerationPrompt);
    return template.render(all);
  }
}
