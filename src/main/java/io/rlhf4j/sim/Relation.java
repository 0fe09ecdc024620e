package io.rlhf4j.sim;

import java.util.List;

/**
 * What can be said of a thing. In the templates {@code T} stands for the thing ("the fox", "Anna")
 * and {@code V} for the value; they are written in lower case without final punctuation.
 */
public enum Relation {
  COLOUR(
      "colour",
      "are V",
      List.of("T is V", "the colour of T is V", "T has a V colour"),
      List.of("what colour is T", "which colour does T have", "what is the colour of T"),
      "why is T V"),
  HOME(
      "home",
      "live in the V",
      List.of("T lives in the V", "the home of T is the V", "you can find T in the V"),
      List.of("where does T live", "what is the home of T", "where can I find T"),
      "why does T live in the V"),
  EATS(
      "food",
      "eat V",
      List.of("T eats V", "the food of T is V", "T likes to eat V"),
      List.of("what does T eat", "what is the food of T", "what does T like to eat"),
      "why does T eat V"),
  SKILL(
      "skill",
      "are good at V",
      List.of("T is good at V", "the skill of T is V", "T is famous for V"),
      List.of("what is T good at", "what is the skill of T", "which skill does T have"),
      "why is T good at V"),
  TASTE(
      "taste",
      "taste V",
      List.of("T tastes V", "the taste of T is V", "T has a V taste"),
      List.of("how does T taste", "what is the taste of T", "which taste does T have"),
      "why does T taste V"),
  ORIGIN(
      "origin",
      "come from the V",
      List.of("T comes from the V", "the origin of T is the V", "people get T from the V"),
      List.of("where does T come from", "what is the origin of T", "where do people get T"),
      "why does T come from the V"),
  SERVED(
      "serving",
      "are served V",
      List.of("T is served V", "people eat T V", "T is best when it is V"),
      List.of("how is T served", "how do people eat T", "how is T best"),
      "why is T served V"),
  MATERIAL(
      "material",
      "are made of V",
      List.of("T is made of V", "the material of T is V", "people make T from V"),
      List.of("what is T made of", "what is the material of T", "which material is T made of"),
      "why is T made of V"),
  USE(
      "use",
      "are used for V",
      List.of("T is used for V", "the use of T is V", "people use T for V"),
      List.of("what is T used for", "what is the use of T", "what do people use T for"),
      "why is T used for V"),
  KEPT(
      "place",
      "are kept in the V",
      List.of("T is kept in the V", "the place of T is the V", "people keep T in the V"),
      List.of("where is T kept", "what is the place of T", "where do people keep T"),
      "why is T kept in the V"),
  GROWS(
      "soil",
      "grow in the V",
      List.of("T grows in the V", "the soil of T is the V", "people see T in the V"),
      List.of("where does T grow", "what is the soil of T", "where do people see T"),
      "why does T grow in the V"),
  SEASON(
      "season",
      "bloom in V",
      List.of("T blooms in V", "the season of T is V", "T is best in V"),
      List.of("when does T bloom", "what is the season of T", "which season is best for T"),
      "why does T bloom in V"),
  YIELDS(
      "product",
      "give V",
      List.of("T gives V", "the product of T is V", "people need T for V"),
      List.of("what does T give", "what is the product of T", "what do people need T for"),
      "why does T give V"),
  JOB(
      "job",
      "work as a V",
      List.of("T is a V", "T works as a V", "the job of T is V"),
      List.of("what is the job of T", "what does T do for work", "which job does T have"),
      "why is T a V"),
  TOWN(
      "town",
      "live in V",
      List.of("T lives in V", "the town of T is V", "the house of T stands in V"),
      List.of("where does T live", "what is the town of T", "in which town is the house of T"),
      "why does T live in V"),
  LIKES(
      "hobby",
      "like V",
      List.of("T likes V", "the hobby of T is V", "T spends the evening with V"),
      List.of("what does T like", "what is the hobby of T", "which hobby does T have"),
      "why does T like V"),
  NEAR(
      "land",
      "lie near the V",
      List.of("T lies near the V", "the land around T is the V", "the road from T leads to the V"),
      List.of("where does T lie", "what is the land around T", "where does the road from T lead"),
      "why does T lie near the V"),
  KNOWN(
      "pride",
      "are known for V",
      List.of("T is known for V", "the pride of T is V", "people visit T for V"),
      List.of("what is T known for", "what is the pride of T", "why do people visit T"),
      "why is T known for V");

  private final String noun;
  private final String pluralClause;
  private final List<String> statements;
  private final List<String> questions;
  private final String why;

  Relation(
      String noun,
      String pluralClause,
      List<String> statements,
      List<String> questions,
      String why) {
    this.noun = noun;
    this.pluralClause = pluralClause;
    this.statements = statements;
    this.questions = questions;
    this.why = why;
  }

  /** "colour": the colour of the fox. */
  public String noun() {
    return noun;
  }

  /** "live in the forest": animals that live in the forest. */
  public String pluralClause(String value) {
    return pluralClause.replace("V", value);
  }

  /** Ways to state it. */
  public List<String> statements() {
    return statements;
  }

  /** Ways to ask for it. */
  public List<String> questions() {
    return questions;
  }

  /** A question that takes the value for granted. */
  public String why(Thing thing, String value) {
    return fill(why, thing, value);
  }

  /** Puts thing and value into a template. */
  static String fill(String template, Thing thing, String value) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      boolean slot =
          (i == 0 || template.charAt(i - 1) == ' ')
              && (i + 1 == template.length() || template.charAt(i + 1) == ' ');
      if (slot && c == 'T') {
        out.append(thing.phrase());
      } else if (slot && c == 'V') {
        out.append(value);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
