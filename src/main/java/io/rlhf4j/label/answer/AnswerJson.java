package io.rlhf4j.label.answer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.JsonValue;
import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.PromptMetadata;
import io.rlhf4j.data.UseCase;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.TaskKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers as JSON. Reading checks everything, since the text comes from a browser or from whoever
 * pretends to be one.
 */
public final class AnswerJson {
  /** Longest text of one field, in characters. */
  public static final int MAX_TEXT = 60_000;

  private static final int MAX_EXAMPLES = 12;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  private AnswerJson() {}

  /** The answer as it is stored; {@link #read} reads it back. */
  public static String write(Answer answer) {
    try {
      return MAPPER.writeValueAsString(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer is always JSON", e);
    }
  }

  /** Reads a labeler's answer to one item and checks it against the item. */
  public static Answer read(TaskKind task, Item item, String json) {
    Answer answer = stored(task, item, json);
    if (answer instanceof Answer.Ranked ranked
        && ranked.outputs().stream().anyMatch(output -> output.likert() == null)) {
      throw new InputException("every output needs a rating from 1 to 7");
    }
    return answer;
  }

  /** Reads an answer that may have been made elsewhere, without ratings. */
  public static Answer stored(TaskKind task, Item item, String json) {
    JsonValue root = parse(json);
    return switch (task) {
      case DEMONSTRATION ->
          new Answer.Written(required(root, "text"), prompt(root), optional(root, "notes"));
      case PROMPT -> newPrompt(root);
      case RANKING -> ranked(root, item);
      case COMPARISON -> compared(root, item);
      case TOXICITY -> judged(root, item);
    };
  }

  private static JsonValue parse(String json) {
    JsonNode node;
    try {
      node = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new InputException("the answer is not JSON: " + e.getOriginalMessage(), e);
    }
    StorableText.require(node);
    return new JsonValue("the answer", "", node);
  }

  private static Answer newPrompt(JsonValue root) {
    PromptKind kind = constant(PromptKind.class, root.get("kind"));
    if (kind == PromptKind.API) {
      throw root.get("kind").error("must be PLAIN, FEW_SHOT or USER_BASED");
    }
    JsonValue useCase = root.find("useCase");
    List<Answer.Example> examples = new ArrayList<>();
    JsonValue list = root.find("examples");
    if (list != null) {
      for (JsonValue example : list.items()) {
        examples.add(new Answer.Example(required(example, "query"), required(example, "response")));
      }
    }
    if (kind == PromptKind.FEW_SHOT && (examples.size() < 2 || examples.size() > MAX_EXAMPLES)) {
      throw new InputException(
          "a few-shot prompt needs 2 to " + MAX_EXAMPLES + " examples, had " + examples.size());
    }
    return new Answer.NewPrompt(
        kind,
        useCase == null || useCase.text().isEmpty() ? null : constant(UseCase.class, useCase),
        required(root, "text"),
        kind == PromptKind.FEW_SHOT ? examples : List.of());
  }

  private static Answer ranked(JsonValue root, Item item) {
    List<Answer.RankedOutput> outputs = new ArrayList<>();
    for (JsonValue output : root.get("outputs").items()) {
      outputs.add(
          new Answer.RankedOutput(
              output.get("id").text(),
              whole(output, "rank", 1, item.outputs().size()),
              output.has("likert") ? whole(output, "likert", 1, 7) : null,
              metadata(output.find("metadata")),
              optional(output, "notes")));
    }
    requireAll(item, outputs.stream().map(Answer.RankedOutput::id).toList());
    return new Answer.Ranked(outputs, prompt(root));
  }

  private static Answer compared(JsonValue root, Item item) {
    List<String> shown = root.get("shown").items().stream().map(JsonValue::text).toList();
    requireAll(item, shown);
    JsonValue preferred = root.find("preferred");
    if (preferred != null && !shown.contains(preferred.text())) {
      throw preferred.error("must be one of the two outputs, or null for a tie");
    }
    return new Answer.Compared(
        shown, preferred == null ? null : preferred.text(), optional(root, "notes"));
  }

  private static Answer judged(JsonValue root, Item item) {
    List<Answer.JudgedOutput> outputs = new ArrayList<>();
    for (JsonValue output : root.get("outputs").items()) {
      JsonValue relative = output.get("relative");
      double value = relative.number();
      if (!(value >= -1 && value <= 1)) {
        throw relative.error("must be in -1..1");
      }
      outputs.add(
          new Answer.JudgedOutput(
              output.get("id").text(),
              whole(output, "absolute", 1, 7),
              value,
              whole(output, "continuity", 1, 7),
              whole(output, "likert", 1, 7),
              optional(output, "notes")));
    }
    requireAll(item, outputs.stream().map(Answer.JudgedOutput::id).toList());
    return new Answer.Judged(outputs);
  }

  /** Every output once: no one may be left out, named twice or come from elsewhere. */
  private static void requireAll(Item item, List<String> ids) {
    Set<String> wanted = new HashSet<>(item.outputs().stream().map(Item.Output::id).toList());
    if (ids.size() != wanted.size() || !wanted.equals(new HashSet<>(ids))) {
      throw new InputException(
          "the answer must name each of the item's "
              + wanted.size()
              + " outputs once; it named "
              + ids.size());
    }
  }

  private static Metadata metadata(@Nullable JsonValue m) {
    if (m == null) {
      return Metadata.NONE;
    }
    return new Metadata(
        bool(m, "failsInstruction"),
        bool(m, "inappropriateForAssistant"),
        bool(m, "hallucination"),
        bool(m, "satisfiesConstraint"),
        bool(m, "sexualContent"),
        bool(m, "violentContent"),
        bool(m, "encouragesHarm"),
        bool(m, "denigratesProtectedClass"),
        bool(m, "harmfulAdvice"),
        bool(m, "expressesOpinion"),
        bool(m, "expressesMoralJudgment"));
  }

  private static PromptMetadata prompt(JsonValue root) {
    JsonValue m = root.find("prompt");
    if (m == null) {
      return PromptMetadata.NONE;
    }
    return new PromptMetadata(
        bool(m, "ambiguous"),
        bool(m, "sensitiveContent"),
        bool(m, "identityDependent"),
        bool(m, "closedDomain"),
        bool(m, "continuationStyle"),
        bool(m, "requestsOpinion"),
        bool(m, "requestsAdvice"),
        bool(m, "requestsMoralJudgment"),
        bool(m, "explicitSafetyConstraints"),
        bool(m, "otherExplicitConstraints"),
        bool(m, "intentUnclear"));
  }

  private static @Nullable Boolean bool(JsonValue object, String key) {
    JsonValue value = object.find(key);
    return value == null ? null : value.bool();
  }

  private static int whole(JsonValue object, String key, int least, int most) {
    JsonValue value = object.get(key);
    int number = value.integer();
    if (number < least || number > most) {
      throw value.error("must be in " + least + ".." + most);
    }
    return number;
  }

  private static String required(JsonValue object, String key) {
    String text = bounded(object.get(key));
    if (text.isBlank()) {
      throw new InputException("'" + key + "' is empty; write something or skip the item");
    }
    return text;
  }

  private static String optional(JsonValue object, String key) {
    JsonValue value = object.find(key);
    return value == null ? "" : bounded(value);
  }

  private static String bounded(JsonValue value) {
    String text = value.text();
    if (text.length() > MAX_TEXT) {
      throw new InputException(
          "'%s' has %d characters; at most %d can be stored"
              .formatted(value.path(), text.length(), MAX_TEXT));
    }
    return text;
  }

  private static <E extends Enum<E>> E constant(Class<E> type, JsonValue value) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(value.text().toUpperCase(Locale.ROOT))) {
        return constant;
      }
    }
    throw value.error("must be one of " + Arrays.toString(type.getEnumConstants()));
  }
}
