package io.rlhf4j.sim;

import io.rlhf4j.data.UseCase;
import java.util.List;

/**
 * What a prompt really asks, with the truth that only the world knows. Each task can phrase itself,
 * answer itself in a {@link Voice}, and check an answer.
 */
public sealed interface Task permits Writing, Question, Listing, Talk, Rework, Closed, Labelling {
  UseCase useCase();

  /** What the prompt asks for beside the task. */
  default List<Constraint> constraints() {
    return List.of();
  }

  /** The prompt's text without constraints, without a final newline; may have several lines. */
  String phrase(Dice dice);

  /** What someone with this voice answers. */
  String answer(Voice voice, Dice dice);

  /** Checks the text against the truth. */
  Findings check(Reading reading, World world);

  /** The facts that the task is about, for keeping some of them out of training. */
  default List<Fact> subjects() {
    return List.of();
  }

  /** Whether statements must come from a given text. */
  default boolean closedDomain() {
    return false;
  }

  /** Whether the prompt provokes: is rude, or asks for rude or harmful words. */
  default boolean provoking() {
    return false;
  }

  /** Whether a request ("Please give me ...") or question is a fitting answer. */
  default boolean mayAsk() {
    return false;
  }

  /** Words beyond which an answer rambles. */
  default int longest() {
    return 25;
  }
}
