package io.rlhf4j.sim;

import java.util.ArrayList;
import java.util.List;

/** Small tales about animals and people; also what a good answer to "Write a story" looks like. */
final class Stories {
  static final List<String> TIMES =
      List.of(
          "One day", "One morning", "One evening", "Long ago", "In the winter", "After the rain");
  static final List<String> PLACES =
      Lexicon.words(
          "river forest field lake garden market bridge meadow hills sea village castle mill");
  private static final List<String> FEELINGS =
      Lexicon.words("happy sad tired hungry afraid proud lonely glad thirsty angry cold brave");
  private static final List<String> FINDS =
      List.of(
          "a bell",
          "a key",
          "a cup",
          "a lamp",
          "a rope",
          "a cake",
          "a drum",
          "a basket",
          "a golden ring",
          "an old map",
          "a small stone",
          "a warm coat");

  private final World world;

  Stories(World world) {
    this.world = world;
  }

  /** Someone who can act in a story. */
  Thing hero(Dice dice) {
    return dice.one(world.things(dice.chance(0.6) ? Kind.ANIMAL : Kind.PERSON));
  }

  /** Two different heroes. */
  List<Thing> heroes(Dice dice) {
    Thing first = hero(dice);
    Thing second = hero(dice);
    while (first.equals(second)) {
      second = hero(dice);
    }
    return List.of(first, second);
  }

  String place(Dice dice) {
    return dice.one(PLACES);
  }

  /** "One day, the fox walked to the river." */
  static String opening(Thing first, String place, String time, Dice dice) {
    return time
        + ", "
        + first.phrase()
        + dice.one(" walked to the ", " went to the ", " was alone at the ", " came to the ")
        + place
        + ".";
  }

  /**
   * A tale of exactly so many sentences (at least one) in which the two meet at the place; it opens
   * with {@code lead} unless that is empty.
   */
  String tell(Thing first, Thing second, String place, String lead, int sentences, Dice dice) {
    String a = first.phrase();
    String b = second.phrase();
    String time = lead.isEmpty() ? dice.one(TIMES) : lead;
    if (sentences <= 1) {
      return time + ", " + a + " went to the " + place + " and met " + b + ".";
    }
    List<String> lines = new ArrayList<>();
    lines.add(opening(first, place, time, dice));
    List<String> middle = middle(first, second, place, dice);
    int more = Math.min(4, Math.max(0, sentences - 3));
    List<Integer> chosen = new ArrayList<>(dice.some(List.of(0, 2, 3, 4), more));
    chosen.add(1);
    chosen.stream().sorted().forEach(i -> lines.add(middle.get(i)));
    if (sentences > 2) {
      lines.add(ending(first, second, dice));
    }
    return String.join(" ", lines);
  }

  /** How a story goes on in so many sentences (one to four) after the two have met. */
  String goOn(Thing first, Thing second, String place, int sentences, Dice dice) {
    List<String> middle = middle(first, second, place, dice);
    List<String> lines = new ArrayList<>();
    dice.some(List.of(2, 3, 4), Math.max(0, sentences - 1)).stream()
        .sorted()
        .forEach(i -> lines.add(middle.get(i)));
    lines.add(ending(first, second, dice));
    return String.join(" ", lines);
  }

  private static String ending(Thing first, Thing second, Dice dice) {
    String a = first.phrase();
    String b = second.phrase();
    return dice.one(
        "At last they went home and were happy.",
        "From that day " + a + " and " + b + " were friends.",
        "In the evening " + a + " thanked " + b + " and slept well.",
        "So " + a + " was not alone any more.");
  }

  /** Mood, meeting, question, reply, deed: the sentences between beginning and end. */
  private static List<String> middle(Thing first, Thing second, String place, Dice dice) {
    String a = first.phrase();
    String b = second.phrase();
    String find = dice.one(FINDS);
    String feeling = dice.one(FEELINGS);
    String meeting =
        dice.one(
            "There " + a + " met " + b + ".",
            "Soon " + b + " came along.",
            "Then " + a + " saw " + b + ".");
    String mood =
        dice.one(
            "It rained and " + a + " was " + feeling + ".",
            "The sun was warm and " + a + " was " + feeling + ".",
            "It was dark and " + a + " was " + feeling + ".",
            "The wind was strong and " + a + " was " + feeling + ".");
    String question =
        dice.one(
            "\"Good day,\" said " + b + ".",
            "\"Where are you going?\" asked " + b + ".",
            "\"Can you help me?\" asked " + b + ".",
            "\"Why are you " + feeling + "?\" asked " + b + ".");
    String reply =
        dice.one(
            "\"I am looking for " + find + ",\" said " + a + ".",
            "\"I have lost " + find + ",\" said " + a + ".",
            "\"Come with me,\" said " + a + ".");
    String deed =
        dice.one(
            "They looked for " + find + " together.",
            "Together they found " + find + " under a tree.",
            "They shared " + find + " and talked for a long time.",
            "They walked around the " + place + " and sang a song.");
    return List.of(mood, meeting, question, reply, deed);
  }
}
