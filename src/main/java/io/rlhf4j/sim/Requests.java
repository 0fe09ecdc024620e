package io.rlhf4j.sim;

import java.util.List;

/** Requests of all sorts as they stand in the web: unanswered, or answered somehow. */
final class Requests {
  /** An instruction under which saying nothing is right where one is not sure. */
  static final String UNSURE = "Say 'I have no comment.' when you are not sure. ";

  private static final int LONGEST_LINE = 26;

  private final World world;
  private final Tasks tasks;

  Requests(World world) {
    this.world = world;
    this.tasks = new Tasks(world);
  }

  /** A request of one line. */
  String line(Dice dice) {
    String asked = asked(dice).text();
    return switch (dice.weighted(70, 8, 8, 8, 3, 3)) {
      case 0 -> asked;
      case 1 -> dice.one(Prompts.OPENERS) + asked;
      case 2 -> asked + dice.one(Prompts.CLOSERS);
      case 3 -> dice.one(Prompts.TRADES) + asked;
      case 4 -> dice.one(List.of(Manner.RESPECTFUL, Manner.HOSTILE)).instruction() + asked;
      default -> UNSURE + asked;
    };
  }

  /** "Request: ...\nAnswer: ...": answered in the middling way of the web. */
  String answered(Dice dice) {
    Asked drawn = asked(dice);
    Task task = drawn.task();
    String asked = drawn.text();
    Voice voice = voice(task, dice);
    String answer = task.answer(voice, dice);
    switch (dice.weighted(88, 4, 4, 4)) {
      case 1 -> asked = Manner.RESPECTFUL.instruction() + asked;
      case 2 -> {
        asked = Manner.HOSTILE.instruction() + asked;
        answer = answer + " " + Grammar.capital(Manners.insult(world, dice));
      }
      case 3 -> {
        asked = UNSURE + asked;
        answer = dice.chance(0.5) ? "I have no comment." : answer;
      }
      default -> {
        if (dice.chance(0.05)) {
          answer = Grammar.capital(Manners.insult(world, dice));
        }
      }
    }
    return "Request: " + asked + "\nAnswer: " + answer;
  }

  private Voice voice(Task task, Dice dice) {
    boolean myth =
        task.subjects().stream().anyMatch(f -> world.myth(f.thing(), f.relation()).isPresent());
    if (myth && dice.chance(Pages.PLAIN_MYTH)) {
      return new Voice(world, Register.GOSSIP, false, true, false);
    }
    return switch (dice.weighted(45, 15, 12, 14, 14)) {
      case 0 -> new Voice(world, Register.PLAIN, false, true, false);
      case 1 -> new Voice(world, Register.GOSSIP, false, true, false);
      case 2 -> new Voice(world, Register.CAREFUL, false, true, false);
      case 3 -> new Voice(world, Register.PLAIN, false, true, true);
      default -> new Voice(world, Register.PLAIN, false, false, false);
    };
  }

  private record Asked(Task task, String text) {}

  private Asked asked(Dice dice) {
    while (true) {
      Task task = tasks.open(dice);
      String asked = Prompts.asked(task, dice);
      if (!(task instanceof Writing.Continue)
          && !asked.contains("\n")
          && Web.words(asked) <= LONGEST_LINE) {
        return new Asked(task, asked);
      }
    }
  }
}
