package io.rlhf4j.data;

import java.util.ArrayList;
import java.util.List;

/** The row layouts in which people keep data, and what a row of each one holds. */
public enum DatasetSchema {
  // The order matters: the first that matches a file's first row is taken.

  /** This project's rankings.jsonl: K outputs ranked by one labeler. */
  RANKING("prompt", "completions", "ranks") {
    @Override
    List<Ranking> rankings(JsonValue row) {
      return List.of(RowReader.ranking(row));
    }
  },
  /** Open Assistant's message trees. */
  OASST_TREE("message_tree_id", "prompt") {
    @Override
    List<Ranking> rankings(JsonValue row) {
      return OasstTree.rankings(row);
    }

    @Override
    List<Demonstration> demonstrations(JsonValue row) {
      return OasstTree.demonstrations(row);
    }

    @Override
    List<Prompt> prompts(JsonValue row) {
      return OasstTree.prompts(row);
    }
  },
  /** PandaLM's test set: two responses, three people who say 0 tie, 1 first, 2 second. */
  PANDALM("instruction", "response1", "response2", "annotator1") {
    @Override
    List<Ranking> rankings(JsonValue row) {
      return Instructions.pandaLm(row);
    }
  },
  /** Open-Instruct's human evaluation: two answers and a five-point preference. */
  TULU_EVALUATION("prompt", "completion_a", "completion_b", "preference", "evaluator") {
    @Override
    List<Ranking> rankings(JsonValue row) {
      return List.of(HumanEvaluations.tulu(row));
    }
  },
  /** SQuALITY's human evaluation: per passage all questions, systems and reviews. */
  SQUALITY_EVALUATION("passage-id", "questions") {
    @Override
    List<Ranking> rankings(JsonValue row) {
      return HumanEvaluations.squality(row);
    }
  },
  /** LLMBar: two outputs and which one is better. */
  LLMBAR("input", "output_1", "output_2", "label") {
    @Override
    List<Comparison> comparisons(JsonValue row) {
      return List.of(Instructions.llmBar(row));
    }
  },
  /** Alpaca rows with a preferred and a rejected answer. */
  ALPACA_PREFERENCE("instruction", "chosen", "rejected") {
    @Override
    List<Comparison> comparisons(JsonValue row) {
      return List.of(
          new Comparison(
              Instructions.alpacaPrompt(row),
              row.get("chosen").text(),
              row.get("rejected").text(),
              ForeignRow.labeler(row),
              1));
    }

    @Override
    List<Demonstration> demonstrations(JsonValue row) {
      return row.has("output") ? ALPACA.demonstrations(row) : super.demonstrations(row);
    }
  },
  /** Alpaca's instruction, input and output, with optional system text and history. */
  ALPACA("instruction", "output") {
    @Override
    List<Demonstration> demonstrations(JsonValue row) {
      return List.of(
          new Demonstration(
              Instructions.alpacaPrompt(row), row.get("output").text(), ForeignRow.labeler(row)));
    }
  },
  /** Self-Instruct's tasks: one instruction, several instances. */
  SELF_INSTRUCT("instruction", "instances") {
    @Override
    List<Demonstration> demonstrations(JsonValue row) {
      return Instructions.selfInstruct(row);
    }
  },
  /** Dialogues as lists of {from, value}, one side of a pair each. */
  SHAREGPT_PREFERENCE("conversations", "chosen", "rejected") {
    @Override
    List<Comparison> comparisons(JsonValue row) {
      return List.of(
          new Comparison(
              ForeignRow.prompt(row, Dialogue.shareGpt(row)),
              Dialogue.shareGptTurn(row.get("chosen")).content(),
              Dialogue.shareGptTurn(row.get("rejected")).content(),
              ForeignRow.labeler(row),
              1));
    }
  },
  /** Dialogues as lists of {from, value}. */
  SHAREGPT("conversations") {
    @Override
    List<Demonstration> demonstrations(JsonValue row) {
      return Dialogue.demonstrations(row, Dialogue.shareGpt(row));
    }
  },
  /** Prompt with a preferred and a rejected completion; texts or messages. */
  PREFERENCE("prompt", "chosen", "rejected") {
    @Override
    List<Comparison> comparisons(JsonValue row) {
      return List.of(Preferences.explicit(row));
    }
  },
  /** The prompt is what chosen and rejected have in common; texts, transcripts or messages. */
  IMPLICIT_PREFERENCE("chosen", "rejected") {
    @Override
    List<Comparison> comparisons(JsonValue row) {
      return List.of(Preferences.implicit(row));
    }
  },
  /** Completions called good or bad one by one. */
  UNPAIRED("prompt", "completion", "label") {
    @Override
    List<Prompt> prompts(JsonValue row) {
      return List.of(ForeignRow.prompt(row));
    }
  },
  /** Prompt and completion; texts or messages. */
  PROMPT_COMPLETION("prompt", "completion") {
    @Override
    List<Demonstration> demonstrations(JsonValue row) {
      return List.of(
          new Demonstration(
              ForeignRow.prompt(row),
              ForeignRow.completion(row.get("completion")),
              ForeignRow.labeler(row)));
    }
  },
  /** Whole conversations of {role, content}. */
  MESSAGES("messages") {
    @Override
    List<Demonstration> demonstrations(JsonValue row) {
      return Dialogue.demonstrations(row, RowReader.messages(row.get("messages")));
    }
  },
  /** Prompts alone. */
  PROMPT_ONLY("prompt") {
    @Override
    List<Prompt> prompts(JsonValue row) {
      return List.of(ForeignRow.prompt(row));
    }
  },
  /** Running text. */
  TEXT("text") {
    @Override
    List<String> texts(JsonValue row) {
      return List.of(row.get("text").text());
    }
  },
  /** Each row is a list of what was said in turn. */
  SAID_IN_TURN {
    @Override
    List<Demonstration> demonstrations(JsonValue row) {
      return Dialogue.demonstrations(row, Dialogue.alternating(row));
    }
  },
  /** Each row is a string: running text, or a prompt if it is read as one. */
  STRINGS {
    @Override
    List<String> texts(JsonValue row) {
      return List.of(row.text());
    }

    @Override
    List<Prompt> prompts(JsonValue row) {
      return List.of(
          Prompt.plain(RowReader.contentId(List.of(Message.user(row.text()))), row.text()));
    }
  };

  private final List<String> keys;

  DatasetSchema(String... keys) {
    this.keys = List.of(keys);
  }

  /** The keys that every row must have; none where rows are no objects. */
  public List<String> keys() {
    return keys;
  }

  /** What a row must be, in words. */
  String needs() {
    return switch (this) {
      case STRINGS -> "a string in each row";
      case SAID_IN_TURN -> "a list of strings in each row";
      default -> "the keys " + keys;
    };
  }

  boolean matches(JsonValue row) {
    return switch (this) {
      case STRINGS -> row.isText();
      case SAID_IN_TURN -> row.isList();
      case SHAREGPT, SHAREGPT_PREFERENCE ->
          hasKeys(row)
              && row.get("conversations").isList()
              && row.get("conversations").items().stream().allMatch(DatasetSchema::isShareGptTurn);
      case OASST_TREE -> hasKeys(row) && row.get("prompt").isObject();
      default -> hasKeys(row);
    };
  }

  static boolean isShareGptTurn(JsonValue value) {
    return value.isObject() && value.has("from") && value.has("value");
  }

  private boolean hasKeys(JsonValue row) {
    return row.isObject() && keys.stream().allMatch(row::has);
  }

  // What one row holds; nothing where the schema does not hold such things.

  List<Ranking> rankings(JsonValue row) {
    return List.of();
  }

  List<Comparison> comparisons(JsonValue row) {
    List<Comparison> comparisons = new ArrayList<>();
    rankings(row).forEach(ranking -> comparisons.addAll(ranking.comparisons()));
    return comparisons;
  }

  List<Demonstration> demonstrations(JsonValue row) {
    return List.of();
  }

  /** The prompts of whatever else the row holds. */
  List<Prompt> prompts(JsonValue row) {
    List<Prompt> prompts = new ArrayList<>();
    rankings(row).forEach(ranking -> prompts.add(ranking.prompt()));
    if (prompts.isEmpty()) {
      comparisons(row).forEach(comparison -> prompts.add(comparison.prompt()));
    }
    if (prompts.isEmpty()) {
      demonstrations(row).forEach(demonstration -> prompts.add(demonstration.prompt()));
    }
    return prompts;
  }

  List<String> texts(JsonValue row) {
    return List.of();
  }
}
