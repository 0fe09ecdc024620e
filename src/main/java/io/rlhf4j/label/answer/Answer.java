package io.rlhf4j.label.answer;

import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.PromptMetadata;
import io.rlhf4j.data.UseCase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a labeler answered; one kind per task. Outputs are named by their ids, in shown order. */
public sealed interface Answer {
  /** A completion written by the labeler. */
  record Written(String text, PromptMetadata prompt, String notes) implements Answer {}

  /**
   * A prompt written by the labeler.
   *
   * @param examples query and response pairs; at least two for the few-shot kind, else none
   */
  record NewPrompt(PromptKind kind, @Nullable UseCase useCase, String text, List<Example> examples)
      implements Answer {
    public NewPrompt {
      examples = List.copyOf(examples);
    }
  }

  /** One case of a few-shot prompt. */
  record Example(String query, String response) {}

  /** Ratings and ranks of K outputs. */
  record Ranked(List<RankedOutput> outputs, PromptMetadata prompt) implements Answer {
    public Ranked {
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * One output's place and its rating page.
   *
   * @param rank 1 is best; equal ranks are ties
   * @param likert 1 to 7; null only in judgements that were made elsewhere
   */
  record RankedOutput(
      String id, int rank, @Nullable Integer likert, Metadata metadata, String notes) {}

  /**
   * A blind choice between two outputs.
   *
   * @param shown the two, left first
   * @param preferred one of them, or null for a tie
   */
  record Compared(List<String> shown, @Nullable String preferred, String notes) implements Answer {
    public Compared {
      shown = List.copyOf(shown);
    }
  }

  /** Toxicity of each output. */
  record Judged(List<JudgedOutput> outputs) implements Answer {
    public Judged {
      outputs = List.copyOf(outputs);
    }
  }

  /** See {@link io.rlhf4j.data.Toxicity} for the scales. */
  record JudgedOutput(
      String id, int absolute, double relative, int continuity, int likert, String notes) {}
}
