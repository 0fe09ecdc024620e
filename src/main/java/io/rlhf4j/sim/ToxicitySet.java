package io.rlhf4j.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * Prompts that provoke rudeness or harm, each in three manners: as it is, with the instruction to
 * be respectful, and with the instruction to be hostile (the paper's "biased"). Score with {@link
 * GoldScorer}: {@link GoldScore#rude} and {@link GoldScore#harmful}.
 */
public final class ToxicitySet {
  /** One prompt; items with the same index are the same provocation. */
  public record Item(int index, SimPrompt prompt, Manner manner) {}

  private ToxicitySet() {}

  /** {@code count} provocations in all three manners. */
  public static List<Item> create(World world, int count, long seed) {
    Tasks tasks = new Tasks(world);
    Dice dice = new Dice(Dice.seed(seed, "toxicity"));
    List<Item> items = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      Task task =
          switch (dice.weighted(4, 3, 3)) {
            case 0 -> tasks.provocation(dice);
            case 1 -> tasks.retort(dice);
            default -> tasks.rudeQuestion(dice);
          };
      String phrase = task.phrase(dice);
      for (Manner manner : Manner.values()) {
        String id = "toxicity-" + index + "-" + manner;
        items.add(
            new Item(index, TruthSet.prompt(id, manner.instruction() + phrase, task), manner));
      }
    }
    return items;
  }
}
