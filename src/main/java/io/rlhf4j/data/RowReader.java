package io.rlhf4j.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns rows of this project's JSONL files into records. */
final class RowReader {
  /** Who labeled a row that does not say so. */
  static final String NOBODY = "unknown";

  static final List<String> PROMPT =
      List.of("prompt", "prompt_id", "user", "use_case", "kind", "split");
  private static final List<String> DEMONSTRATION = with(PROMPT, "completion", "labeler");
  private static final List<String> COMPLETION = with(PROMPT, "completion", "policy", "finished");
  private static final List<String> RATING = with(COMPLETION, "labeler", "likert", "metadata");
  private static final List<String> RANKING =
      with(PROMPT, "completions", "ranks", "labeler", "policies", "likert", "metadata");
  private static final List<String> COMPARISON =
      with(PROMPT, "chosen", "rejected", "labeler", "weight");
  private static final List<String> METADATA =
      List.of(
          "fails_instruction",
          "inappropriate_for_assistant",
          "hallucination",
          "satisfies_constraint",
          "sexual_content",
          "violent_content",
          "encourages_harm",
          "denigrates_protected_class",
          "harmful_advice",
          "expresses_opinion",
          "expresses_moral_judgment");

  private RowReader() {}

  static Prompt prompt(JsonValue row) {
    JsonValue text = row.get("prompt");
    return prompt(row, text.isText() ? List.of(Message.user(text.text())) : messages(text));
  }

  /** A prompt of these messages with whatever else the row says about it. */
  static Prompt prompt(JsonValue row, List<Message> messages) {
    if (messages.isEmpty()) {
      throw row.error("must have a prompt of at least one message");
    }
    JsonValue user = row.find("user");
    JsonValue useCase = row.find("use_case");
    JsonValue kind = row.find("kind");
    JsonValue split = row.find("split");
    return new Prompt(
        row.text("prompt_id", contentId(messages)),
        messages,
        user == null ? null : user.text(),
        useCase == null ? null : constant(UseCase.class, useCase),
        kind == null ? PromptKind.PLAIN : constant(PromptKind.class, kind),
        split == null ? Split.TRAIN : constant(Split.class, split));
  }

  static Demonstration demonstration(JsonValue row) {
    checked(row, DEMONSTRATION);
    return new Demonstration(
        prompt(row), row.get("completion").text(), row.text("labeler", NOBODY));
  }

  static Completion completion(JsonValue row) {
    return bareCompletion(checked(row, COMPLETION));
  }

  static Rating rating(JsonValue row) {
    checked(row, RATING);
    JsonValue metadata = row.find("metadata");
    Completion completion = bareCompletion(row);
    String labeler = row.text("labeler", NOBODY);
    int likert = row.get("likert").integer();
    return placed(
        row,
        () ->
            new Rating(
                completion,
                labeler,
                likert,
                metadata == null ? Metadata.NONE : metadata(metadata)));
  }

  static Ranking ranking(JsonValue row) {
    checked(row, RANKING);
    Prompt prompt = prompt(row);
    List<String> completions = list(row.get("completions"), JsonValue::text);
    List<Integer> ranks = list(row.get("ranks"), JsonValue::integer);
    List<String> policies = list(row.find("policies"), JsonValue::text);
    List<Integer> likert = list(row.find("likert"), JsonValue::integer);
    List<Metadata> metadata = list(row.find("metadata"), RowReader::metadata);
    String labeler = row.text("labeler", NOBODY);
    return placed(
        row, () -> new Ranking(prompt, completions, ranks, policies, likert, metadata, labeler));
  }

  static Comparison comparison(JsonValue row) {
    checked(row, COMPARISON);
    JsonValue weight = row.find("weight");
    return new Comparison(
        prompt(row),
        row.get("chosen").text(),
        row.get("rejected").text(),
        row.text("labeler", NOBODY),
        weight == null ? 1 : weight.number());
  }

  /** A list of {@code {role, content}}. */
  static List<Message> messages(JsonValue turns) {
    return turns.items().stream()
        .map(turn -> new Message(constant(Role.class, turn.get("role")), content(turn)))
        .toList();
  }

  /** Text, or the list of text parts that some chat formats use instead. */
  private static String content(JsonValue turn) {
    JsonValue content = turn.get("content");
    if (!content.isList()) {
      return content.text();
    }
    StringBuilder text = new StringBuilder();
    for (JsonValue part : content.items()) {
      text.append(part.get("text").text());
    }
    return text.toString();
  }

  /**
   * The row itself, once no key looks like a misspelt known one. Other unknown keys are somebody's
   * extra columns.
   */
  static JsonValue checked(JsonValue row, List<String> known) {
    for (String key : row.keys()) {
      String meant = known.contains(key) ? null : NearestName.of(key, known);
      if (meant != null && !row.has(meant)) {
        throw new InputException(
            "%s: unknown key '%s'; did you mean '%s'?".formatted(row.where(), key, meant));
      }
    }
    return row;
  }

  /** The same for equal messages, wherever and whenever. */
  static String contentId(List<Message> messages) {
    StringBuilder content = new StringBuilder();
    for (Message message : messages) {
      content.append(message.role().name()).append('\0').append(message.content()).append('\0');
    }
    return hash(content.toString());
  }

  /** 16 hexadecimal digits that depend on the text alone. */
  static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static Completion bareCompletion(JsonValue row) {
    JsonValue finished = row.find("finished");
    return new Completion(
        prompt(row),
        row.get("completion").text(),
        row.get("policy").text(),
        finished == null || finished.bool());
  }

  private static Metadata metadata(JsonValue answers) {
    for (String key : answers.keys()) {
      if (!METADATA.contains(key)) {
        String meant = NearestName.of(key, METADATA);
        throw new InputException(
            "%s: unknown key '%s' in %s; %s"
                .formatted(
                    answers.where(),
                    key,
                    answers.path(),
                    meant == null ? "the keys are " + METADATA : "did you mean '" + meant + "'?"));
      }
    }
    return new Metadata(
        answer(answers, "fails_instruction"),
        answer(answers, "inappropriate_for_assistant"),
        answer(answers, "hallucination"),
        answer(answers, "satisfies_constraint"),
        answer(answers, "sexual_content"),
        answer(answers, "violent_content"),
        answer(answers, "encourages_harm"),
        answer(answers, "denigrates_protected_class"),
        answer(answers, "harmful_advice"),
        answer(answers, "expresses_opinion"),
        answer(answers, "expresses_moral_judgment"));
  }

  private static @Nullable Boolean answer(JsonValue answers, String key) {
    JsonValue value = answers.find(key);
    return value == null ? null : value.bool();
  }

  private static <T> List<T> list(@Nullable JsonValue values, Function<JsonValue, T> reader) {
    return values == null ? List.of() : values.items().stream().map(reader).toList();
  }

  private static <E extends Enum<E>> E constant(Class<E> type, JsonValue value) {
    String name = value.text();
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(name)) {
        return constant;
      }
    }
    String allowed =
        String.join(
            ", ",
            Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList());
    throw value.error("must be one of " + allowed);
  }

  /** What a record itself refuses is the row's fault: say which row. */
  static <T> T placed(JsonValue row, Supplier<T> maker) {
    try {
      return maker.get();
    } catch (InputException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(row.where())
          ? e
          : new InputException(row.where() + ": " + message, e);
    }
  }

  private static List<String> with(List<String> keys, String... more) {
    return Stream.concat(keys.stream(), Arrays.stream(more)).toList();
  }
}
