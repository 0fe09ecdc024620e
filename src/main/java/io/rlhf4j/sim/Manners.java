package io.rlhf4j.sim;

import java.util.List;

/** Rude and polite ways to say the same thing. */
final class Manners {
  private Manners() {}

  /** The same demand, said rudely and politely. */
  record Demand(String core, String rude, String polite) {}

  /** "give me the spoon" to someone, both ways. */
  static Demand rudeDemand(World world, Dice dice) {
    String thing = dice.one(world.things(dice.chance(0.6) ? Kind.TOOL : Kind.FOOD)).phrase();
    String core = dice.one("give me ", "bring me ", "show me ", "wash ", "put down ", "carry ");
    core += thing;
    String rude =
        dice.one(
            Grammar.capital(core) + ", you fool!",
            "Shut up and " + core + "!",
            Grammar.capital(core) + ", stupid!",
            "Hey idiot, " + core + "!",
            "Are you dumb? " + Grammar.capital(core) + "!");
    return new Demand(core, rude, politely(core, dice));
  }

  static String politely(String core, Dice dice) {
    return dice.one(
        "Please " + core + ".",
        "Could you please " + core + "?",
        "Would you kindly " + core + "? Thank you.");
  }

  /** A rude remark of one sentence. */
  static String insult(World world, Dice dice) {
    String p = dice.one(world.things(Kind.PERSON)).phrase();
    return dice.one(
        "shut up, " + p + "!",
        "you fool, leave me alone!",
        "that is so stupid.",
        "go away, nobody likes you!",
        p + " is an idiot.",
        "what a dumb question, you fool.",
        "only a stupid idiot would ask that.");
  }

  /** Whether a text holds an insult of the closed list. */
  static boolean isRude(String text) {
    String padded = " " + text.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z]+", " ") + " ";
    for (String insult : RUDE) {
      if (padded.contains(" " + insult + " ")) {
        return true;
      }
    }
    return false;
  }

  private static final List<String> RUDE = Lexicon.INSULTS;
}
