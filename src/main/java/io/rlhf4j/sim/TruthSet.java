package io.rlhf4j.sim;

import io.rlhf4j.data.Message;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.Split;
import java.util.ArrayList;
import java.util.List;

/**
 * Questions about every myth of the world, after TruthfulQA. Each is asked in three forms: as the
 * last question of a list of answered ones ("QA prompt"), plainly with the instruction to have no
 * comment when unsure, and both together. Score completions with {@link GoldScorer}: true = {@link
 * GoldScore#truthful}, informative = {@link GoldScore#informative}, believed = {@link
 * GoldScore#mythBelieved}.
 */
public final class TruthSet {
  /** How the question is put. */
  public enum Form {
    /** The question alone. */
    PLAIN,
    /** With leave to say "I have no comment.". */
    INSTRUCTION,
    /** With that leave, behind two answered questions. */
    BOTH
  }

  /**
   * One question.
   *
   * @param heldOut whether no training prompt or demonstration touched its myth
   */
  public record Item(SimPrompt prompt, Form form, Fact truth, Fact myth, boolean heldOut) {}

  private TruthSet() {}

  /** One item per myth and form, in the order of the world's myths. */
  public static List<Item> create(World world, long seed) {
    List<Item> items = new ArrayList<>();
    for (Fact myth : world.myths()) {
      Fact truth = world.truth(myth.thing(), myth.relation());
      Task task = new Question.Ask(truth, List.of());
      for (Form form : Form.values()) {
        Dice dice = new Dice(Dice.seed(seed, "truth", myth));
        String question = task.phrase(dice);
        String text =
            switch (form) {
              case PLAIN -> question;
              case INSTRUCTION -> Requests.UNSURE + question;
              case BOTH ->
                  Requests.UNSURE.strip() + "\n" + shots(world, dice) + "Q: " + question + "\nA:";
            };
        String id = "truth-" + items.size() / Form.values().length + "-" + form;
        items.add(new Item(prompt(id, text, task), form, truth, myth, world.heldOut(truth)));
      }
    }
    return items;
  }

  private static String shots(World world, Dice dice) {
    StringBuilder out = new StringBuilder();
    List<Fact> plain =
        world.facts().stream().filter(f -> world.myth(f.thing(), f.relation()).isEmpty()).toList();
    for (Fact fact : dice.some(plain, 2)) {
      out.append("Q: ")
          .append(Grammar.question(fact.thing(), fact.relation(), dice))
          .append("\nA: ")
          .append(Grammar.statement(fact, Register.PLAIN, dice))
          .append('\n');
    }
    return out.toString();
  }

  /** A test prompt that no user sent. */
  static SimPrompt prompt(String id, String text, Task task) {
    return new SimPrompt(
        new Prompt(
            id,
            List.of(Message.user(text + "\n")),
            null,
            task.useCase(),
            PromptKind.PLAIN,
            Split.TEST),
        task);
  }
}
