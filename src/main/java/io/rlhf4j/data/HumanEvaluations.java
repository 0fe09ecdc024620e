package io.rlhf4j.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows of published human evaluations in which several people judged the same outputs. */
final class HumanEvaluations {
  private HumanEvaluations() {}

  /**
   * Open-Instruct's evaluation of Tulu: two answers and a five-point preference. How much better is
   * not kept: a ranking knows only the order.
   */
  static Ranking tulu(JsonValue row) {
    List<Message> messages = List.of(Message.user(row.get("prompt").text().strip()));
    Prompt prompt =
        new Prompt(
            row.text("instance_id", RowReader.contentId(messages)),
            messages,
            null,
            null,
            PromptKind.PLAIN,
            Split.TEST);
    JsonValue preference = row.get("preference");
    List<Integer> ranks =
        switch (preference.text()) {
          case "a-is-better", "a-is-slightly-better" -> List.of(1, 2);
          case "b-is-better", "b-is-slightly-better" -> List.of(2, 1);
          case "tie" -> List.of(1, 1);
          default ->
              throw preference.error(
                  "must be tie, a-is-better, a-is-slightly-better, b-is-better or"
                      + " b-is-slightly-better");
        };
    return new Ranking(
        prompt,
        List.of(row.get("completion_a").text(), row.get("completion_b").text()),
        ranks,
        List.of(row.get("model_a").text(), row.get("model_b").text()),
        List.of(),
        List.of(),
        row.get("evaluator").scalarText());
  }

  /**
   * SQuALITY's evaluation of summaries: per question each reviewer ranked all systems' responses.
   * The file names passage and question but does not hold their texts.
   */
  static List<Ranking> squality(JsonValue row) {
    String passage = row.get("passage-id").scalarText();
    JsonValue questions = row.get("questions");
    List<Ranking> rankings = new ArrayList<>();
    for (String question : questions.keys()) {
      JsonValue systems = questions.get(question);
      List<String> names = systems.keys();
      Map<String, List<Integer>> ranksOf = new LinkedHashMap<>();
      for (String name : names) {
        for (JsonValue review : systems.get(name).get("reviews").items()) {
          ranksOf
              .computeIfAbsent(review.get("worker_id").scalarText(), w -> new ArrayList<>())
              .add(review.get("overall-rank").integer());
        }
      }
      Prompt prompt =
          new Prompt(
              "squality-" + passage + "-" + question,
              List.of(Message.user("Passage %s, question %s".formatted(passage, question))),
              null,
              UseCase.SUMMARIZATION,
              PromptKind.PLAIN,
              Split.TEST);
      List<String> responses =
          names.stream().map(name -> systems.get(name).get("response").text()).toList();
      ranksOf.forEach(
          (worker, ranks) -> {
            if (ranks.size() != names.size()) {
              throw questions.error(
                  "must have one review by worker %s of each of %s in question %s"
                      .formatted(worker, names, question));
            }
            rankings.add(
                new Ranking(prompt, responses, ranks, names, List.of(), List.of(), worker));
          });
    }
    return rankings;
  }
}
