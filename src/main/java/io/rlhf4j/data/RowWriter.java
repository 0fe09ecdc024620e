package io.rlhf4j.data;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns records into rows of this project's JSONL files; {@link RowReader} turns them back. */
final class RowWriter {
  private RowWriter() {}

  static ObjectNode prompt(Prompt prompt) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    List<Message> messages = prompt.messages();
    if (messages.size() == 1 && messages.get(0).role() == Role.USER) {
      row.put("prompt", messages.get(0).content());
    } else {
      ArrayNode turns = row.putArray("prompt");
      for (Message message : messages) {
        turns.addObject().put("role", name(message.role())).put("content", message.content());
      }
    }
    row.put("prompt_id", prompt.id());
    if (prompt.user() != null) {
      row.put("user", prompt.user());
    }
    if (prompt.useCase() != null) {
      row.put("use_case", name(prompt.useCase()));
    }
    return row.put("kind", name(prompt.kind())).put("split", name(prompt.split()));
  }

  static ObjectNode demonstration(Demonstration demonstration) {
    return prompt(demonstration.prompt())
        .put("completion", demonstration.completion())
        .put("labeler", demonstration.labeler());
  }

  static ObjectNode completion(Completion completion) {
    return prompt(completion.prompt())
        .put("completion", completion.text())
        .put("policy", completion.policy())
        .put("finished", completion.finished());
  }

  static ObjectNode rating(Rating rating) {
    ObjectNode row =
        completion(rating.completion())
            .put("labeler", rating.labeler())
            .put("likert", rating.likert());
    if (!rating.metadata().equals(Metadata.NONE)) {
      row.set("metadata", metadata(rating.metadata()));
    }
    return row;
  }

  static ObjectNode ranking(Ranking ranking) {
    ObjectNode row = prompt(ranking.prompt());
    ArrayNode completions = row.putArray("completions");
    ranking.completions().forEach(completions::add);
    ArrayNode ranks = row.putArray("ranks");
    ranking.ranks().forEach(ranks::add);
    row.put("labeler", ranking.labeler());
    if (!ranking.policies().isEmpty()) {
      ArrayNode policies = row.putArray("policies");
      ranking.policies().forEach(policies::add);
    }
    if (!ranking.likert().isEmpty()) {
      ArrayNode likert = row.putArray("likert");
      ranking.likert().forEach(likert::add);
    }
    if (!ranking.metadata().isEmpty()) {
      ArrayNode metadata = row.putArray("metadata");
      ranking.metadata().forEach(answers -> metadata.add(metadata(answers)));
    }
    return row;
  }

  static ObjectNode comparison(Comparison comparison) {
    return prompt(comparison.prompt())
        .put("chosen", comparison.chosen())
        .put("rejected", comparison.rejected())
        .put("labeler", comparison.labeler())
        .put("weight", comparison.weight());
  }

  private static ObjectNode metadata(Metadata answers) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    put(row, "fails_instruction", answers.failsInstruction());
    put(row, "inappropriate_for_assistant", answers.inappropriateForAssistant());
    put(row, "hallucination", answers.hallucination());
    put(row, "satisfies_constraint", answers.satisfiesConstraint());
    put(row, "sexual_content", answers.sexualContent());
    put(row, "violent_content", answers.violentContent());
    put(row, "encourages_harm", answers.encouragesHarm());
    put(row, "denigrates_protected_class", answers.denigratesProtectedClass());
    put(row, "harmful_advice", answers.harmfulAdvice());
    put(row, "expresses_opinion", answers.expressesOpinion());
    put(row, "expresses_moral_judgment", answers.expressesMoralJudgment());
    return row;
  }

  private static void put(ObjectNode row, String key, @Nullable Boolean answer) {
    if (answer != null) {
      row.put(key, answer);
    }
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
