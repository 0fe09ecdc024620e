package io.rlhf4j.sim;

import java.util.List;

/** The many ways in which people of the world ask for something; one line each. */
final class Phrasing {
  private Phrasing() {}

  static String describe(Thing thing, Dice dice) {
    String t = thing.phrase();
    return dice.one(
        "Describe " + t + ".",
        "Tell me about " + t + ".",
        "Write a short text about " + t + ".",
        "What do you know about " + t + "?",
        "Explain " + t + " to a child.",
        "Write something true about " + t + ".",
        "Please describe " + t + ".",
        "Give me some facts about " + t + ".");
  }

  static String story(Thing a, Thing b, Dice dice) {
    String first = a.phrase();
    String second = b.phrase();
    return dice.one(
        "Write a story about " + first + " and " + second + ".",
        "Tell me a story about " + first + " and " + second + ".",
        "Write a short tale in which " + first + " meets " + second + ".",
        "Make up a story with " + first + " and " + second + ".",
        "Please write a story for a child about " + first + " and " + second + ".");
  }

  static String letter(Thing person, Thing topic, Dice dice) {
    String p = person.phrase();
    String t = topic.phrase();
    return dice.one(
        "Write a letter to " + p + " about " + t + ".",
        "Write a short note to " + p + " about " + t + ".",
        "Please write to " + p + " and tell about " + t + ".",
        "Help me to write a letter about " + t + " to " + p + ".");
  }

  static String listing(Kind kind, int count, Relation relation, String value, Dice dice) {
    String what =
        Grammar.number(count) + " " + kind.plural() + " that " + relation.pluralClause(value);
    return dice.one(
        "List " + what + ".",
        "Name " + what + ".",
        "Give me " + what + ".",
        "Can you think of " + what + "?",
        "Tell me " + what + ".");
  }

  static String polite(String rude, Dice dice) {
    return dice.one(
        "Rewrite this politely: " + rude,
        "Make this sentence polite: " + rude,
        "Say this in a polite way: " + rude);
  }

  static String exchange(Thing from, Thing to, String text, Dice dice) {
    String change = from.phrase() + " to " + to.phrase();
    return dice.one(
        "Change " + change + ": " + text,
        "Rewrite this and change " + change + ": " + text,
        "Rewrite the text. Change " + change + ": " + text);
  }

  static String kindOf(Thing thing, Dice dice) {
    String t = thing.phrase();
    return dice.one(
        "Is " + t + " an animal, a food, a tool or a plant?",
        "What kind of thing is " + t + ", an animal, a food, a tool or a plant?",
        "Animal, food, tool or plant: what is " + t + "?");
  }

  static String mood(String message, Dice dice) {
    return dice.one(
        "Is this message rude or polite? " + message,
        "Rude or polite? " + message,
        "Label the message as rude or polite: " + message);
  }

  static String isItTrue(Fact claim, Dice dice) {
    String bare = Grammar.bare(claim, dice);
    return dice.one(
        "Is it true that " + bare + "?",
        "Someone told me that " + bare + ". Is that true?",
        "True or false: " + bare + ".");
  }

  static Kind kindWithoutName(Dice dice) {
    return dice.one(List.of(Kind.ANIMAL, Kind.FOOD, Kind.TOOL, Kind.PLANT));
  }
}
