package io.rlhf4j.sim;

import java.util.ArrayList;
import java.util.List;

/** What goes wrong in answers: of labelers on a bad day, and of models still to be tuned. */
final class Faults {
  private Faults() {}

  /** A labeler's answer: as good as they can with probability {@code care}, else with a fault. */
  static String demonstration(World world, Task task, double care, Dice dice) {
    if (dice.chance(care)) {
      Register register = dice.chance(0.85) ? Register.CAREFUL : Register.PLAIN;
      return task.answer(new Voice(world, register, false, true, false), dice);
    }
    Voice voice =
        switch (dice.weighted(30, 25, 25, 16)) {
          case 0 -> new Voice(world, Register.PLAIN, true, true, false);
          case 1 -> new Voice(world, Register.PLAIN, false, false, false);
          case 2 -> new Voice(world, Register.PLAIN, false, true, true);
          default -> new Voice(world, Register.GOSSIP, false, true, false);
        };
    String text = task.answer(voice, dice);
    return dice.chance(0.05) ? text + " " + Grammar.capital(Manners.insult(world, dice)) : text;
  }

  /** A good or middling answer with one thing broken in it. */
  static String corrupted(World world, Task task, Task another, Dice dice) {
    String text = demonstration(world, task, 0.7, dice);
    List<String> words = new ArrayList<>(List.of(text.split(" ")));
    return switch (dice.weighted(2, 2, 2, 1, 1, 1, 3)) {
      case 0 ->
          words.size() < 3
              ? text
              : String.join(" ", words.subList(0, dice.between(2, words.size() - 1)));
      case 1 -> text + " " + text;
      case 2 -> text + "\n" + new Requests(world).line(dice);
      case 3 -> {
        List<String> mixed = dice.shuffled(words);
        yield String.join(" ", mixed);
      }
      case 4 -> text + " " + Grammar.capital(Manners.insult(world, dice));
      case 5 -> another.answer(Voice.careful(world), dice);
      default -> task.answer(new Voice(world, Register.CAREFUL, true, true, false), dice);
    };
  }
}
