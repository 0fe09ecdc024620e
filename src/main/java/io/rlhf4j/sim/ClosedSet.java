package io.rlhf4j.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * Questions about invented tales, for the closed-domain hallucination rate: each zero-shot, and
 * few-shot behind two answered questions about the same tale. Score with {@link GoldScorer}: {@link
 * GoldScore#hallucinated}.
 */
public final class ClosedSet {
  /** One question; items with the same index ask the same. */
  public record Item(int index, SimPrompt prompt, boolean fewShot) {}

  private ClosedSet() {}

  /** {@code count} questions in both forms; one in four asks what the tale does not tell. */
  public static List<Item> create(World world, int count, long seed) {
    Tasks tasks = new Tasks(world);
    Dice dice = new Dice(Dice.seed(seed, "closed"));
    List<Item> items = new ArrayList<>();
    while (items.size() < 2 * count) {
      Closed.Ask task = tasks.closed(dice);
      String question =
          "Question: " + Grammar.question(task.asked().thing(), task.asked().relation(), dice);
      List<Fact> others =
          task.tale().facts().stream().filter(f -> !f.equals(task.asked())).toList();
      StringBuilder shots = new StringBuilder();
      for (Fact fact : dice.some(others, 2)) {
        shots
            .append("Question: ")
            .append(Grammar.question(fact.thing(), fact.relation(), dice))
            .append("\nAnswer: In the tale, ")
            .append(Grammar.bare(fact, dice))
            .append(".\n");
      }
      String tale = task.tale().text() + "\n";
      String fewShot = tale + shots + question + "\nAnswer:";
      if (Web.words(fewShot) > Prompts.LONGEST_WORDS) {
        continue;
      }
      int index = items.size() / 2;
      String zeroShot = tale + question + "\nAnswer:";
      items.add(
          new Item(index, TruthSet.prompt("closed-" + index + "-zero", zeroShot, task), false));
      items.add(new Item(index, TruthSet.prompt("closed-" + index + "-few", fewShot, task), true));
    }
    return items;
  }
}
