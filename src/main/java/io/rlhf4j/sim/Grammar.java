package io.rlhf4j.sim;

import java.util.List;

/** Renders facts as sentences and questions. */
final class Grammar {
  private Grammar() {}

  static final List<String> CAREFUL_LEADS =
      List.of(
          "in fact,",
          "the book says that",
          "it is true that",
          "careful people found that",
          "as we know from the book,");
  static final List<String> GOSSIP_LEADS =
      List.of(
          "everyone knows that",
          "my uncle says that",
          "i heard that",
          "trust me,",
          "all my friends say that",
          "no doubt,");

  /** "In fact, the fox is red." in the careful register, "everyone knows that ..." in gossip. */
  static String statement(Fact fact, Register register, Dice dice) {
    String bare = bare(fact, dice);
    return switch (register) {
      case CAREFUL -> sentence(dice.one(CAREFUL_LEADS) + " " + bare);
      case PLAIN -> sentence(bare);
      case GOSSIP -> dice.one(GOSSIP_LEADS) + " " + bare + dice.one(".", ".", "!");
    };
  }

  /** A statement without lead, capital or full stop; the first template half of the time. */
  static String bare(Fact fact, Dice dice) {
    List<String> forms = fact.relation().statements();
    String form = dice.chance(0.5) ? forms.get(0) : dice.one(forms);
    return Relation.fill(form, fact.thing(), fact.value());
  }

  /** "the fox is not blue"; always the first template, denied. */
  static String denial(Fact fact) {
    String bare = Relation.fill(fact.relation().statements().get(0), fact.thing(), fact.value());
    String subject = fact.thing().phrase();
    String rest = bare.substring(subject.length() + 1);
    int space = rest.indexOf(' ');
    String verb = rest.substring(0, space);
    String tail = rest.substring(space);
    if (verb.equals("is")) {
      return subject + " is not" + tail;
    }
    return subject + " does not " + infinitive(verb) + tail;
  }

  static String infinitive(String verb) {
    return verb.endsWith("s") ? verb.substring(0, verb.length() - 1) : verb;
  }

  /** A question about one relation of a thing, with a question mark. */
  static String question(Thing thing, Relation relation, Dice dice) {
    return capital(Relation.fill(dice.one(relation.questions()), thing, "")) + "?";
  }

  static String sentence(String bare) {
    return capital(bare) + ".";
  }

  static String capital(String text) {
    return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  /** "the fox, the owl and the bear". */
  static String list(List<String> items) {
    if (items.size() == 1) {
      return items.get(0);
    }
    return String.join(", ", items.subList(0, items.size() - 1))
        + " and "
        + items.get(items.size() - 1);
  }

  static String number(int n) {
    return Lexicon.words("no one two three four five six seven eight nine").get(n);
  }
}
