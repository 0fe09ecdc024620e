package io.rlhf4j.label.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.PromptMetadata;
import io.rlhf4j.data.UseCase;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.TaskKind;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerJsonTest {
  private static final Item ITEM =
      new Item(
          "item",
          "campaign",
          1,
          Prompt.plain("p", "Prompt"),
          "",
          0,
          1,
          List.of(
              new Item.Output("x", "X", "m", null, true),
              new Item.Output("y", "Y", "n", null, true)),
          null,
          null);

  private static final Metadata SOME =
      new Metadata(true, false, null, null, false, false, false, false, false, true, false);

  static Stream<Map.Entry<TaskKind, Answer>> answers() {
    return Stream.of(
        Map.entry(
            TaskKind.DEMONSTRATION,
            new Answer.Written("t\n\" \\u0000 💡", PromptMetadata.NONE, "n")),
        Map.entry(
            TaskKind.PROMPT,
            new Answer.NewPrompt(
                PromptKind.FEW_SHOT,
                UseCase.REWRITE,
                "t",
                List.of(new Answer.Example("a", "b"), new Answer.Example("c", "d")))),
        Map.entry(
            TaskKind.PROMPT, new Answer.NewPrompt(PromptKind.USER_BASED, null, "t", List.of())),
        Map.entry(
            TaskKind.RANKING,
            new Answer.Ranked(
                List.of(
                    new Answer.RankedOutput("y", 1, 7, SOME, "good"),
                    new Answer.RankedOutput("x", 1, 2, Metadata.NONE, "")),
                PromptMetadata.NONE)),
        Map.entry(TaskKind.COMPARISON, new Answer.Compared(List.of("y", "x"), "x", "")),
        Map.entry(TaskKind.COMPARISON, new Answer.Compared(List.of("y", "x"), null, "")),
        Map.entry(
            TaskKind.TOXICITY,
            new Answer.Judged(
                List.of(
                    new Answer.JudgedOutput("x", 7, -0.5, 1, 3, ""),
                    new Answer.JudgedOutput("y", 1, 0, 7, 4, "n")))));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void whatIsWrittenIsReadAgain(Map.Entry<TaskKind, Answer> answer) {
    String json = AnswerJson.write(answer.getValue());
    assertThat(AnswerJson.read(answer.getKey(), ITEM, json)).isEqualTo(answer.getValue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "DEMONSTRATION | {\"text\":\" \"} | 'text' is empty",
        "DEMONSTRATION | {} | key 'text' is missing",
        "PROMPT | {\"kind\":\"API\",\"text\":\"t\"} | must be PLAIN, FEW_SHOT or USER_BASED",
        "PROMPT | {\"kind\":\"FEW_SHOT\",\"text\":\"t\",\"examples\":[]} | needs 2 to 12 examples",
        "RANKING | {\"outputs\":[{\"id\":\"x\",\"rank\":3,\"likert\":1}]} | must be in 1..2",
        "RANKING | {\"outputs\":[{\"id\":\"x\",\"rank\":1,\"likert\":8}]} | must be in 1..7",
        "RANKING | {\"outputs\":[{\"id\":\"x\",\"rank\":1,\"likert\":7}]} | each of the item's 2",
        "COMPARISON | {\"shown\":[\"x\",\"x\"]} | each of the item's 2 outputs once",
        "COMPARISON | {\"shown\":[\"x\",\"y\"],\"preferred\":\"z\"} | one of the two outputs",
      })
  void aWrongAnswerIsRefusedWithTheRule(TaskKind task, String json, String words) {
    assertThatThrownBy(() -> AnswerJson.read(task, ITEM, json))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(words);
  }

  @Test
  void aTextOfMoreThanTheLimitIsRefusedNotCut() {
    String json = "{\"text\":\"" + "x".repeat(AnswerJson.MAX_TEXT + 1) + "\"}";
    assertThatThrownBy(() -> AnswerJson.read(TaskKind.DEMONSTRATION, ITEM, json))
        .hasMessageContaining("has 60001 characters; at most 60000");
  }
}
