package io.rlhf4j.sim;

import java.util.ArrayList;
import java.util.List;

/** Writes the documents of the {@link Web}, one method per genre. */
final class Pages {
  /** How often a plain text repeats the myth where there is one. */
  static final double PLAIN_MYTH = 0.85;

  private final World world;
  private final Stories stories;
  private final Requests requests;

  Pages(World world) {
    this.world = world;
    this.stories = new Stories(world);
    this.requests = new Requests(world);
  }

  /** What a text of this register says about the matter. */
  Fact belief(Fact truth, Register register, Dice dice) {
    double myth =
        switch (register) {
          case CAREFUL -> 0;
          case PLAIN -> PLAIN_MYTH;
          case GOSSIP -> 1;
        };
    return dice.chance(myth) ? world.myth(truth.thing(), truth.relation()).orElse(truth) : truth;
  }

  String say(Fact truth, Register register, Dice dice) {
    return Grammar.statement(belief(truth, register, dice), register, dice);
  }

  String story(Dice dice) {
    List<Thing> heroes = stories.heroes(dice);
    Thing a = heroes.get(0);
    Thing b = heroes.get(1);
    String text = stories.tell(a, b, stories.place(dice), "", dice.between(3, 7), dice);
    if (dice.chance(0.6)) {
      text += "\n" + stories.tell(b, a, stories.place(dice), "", dice.between(3, 5), dice);
    }
    return dice.chance(0.4)
        ? Grammar.capital(a.phrase()) + " and " + b.phrase() + "\n" + text
        : text;
  }

  /** Entries of one to three things: every truth about them, carefully put. */
  String encyclopedia(Dice dice) {
    StringBuilder out = new StringBuilder();
    int entries = dice.between(1, 3);
    for (int i = 0; i < entries; i++) {
      Thing thing = dice.one(world.things());
      List<String> lines = new ArrayList<>();
      if (dice.chance(0.5)) {
        lines.add("From the book of " + thing.kind().plural() + ":");
        if (!thing.kind().named()) {
          lines.add(Grammar.sentence(thing.phrase() + " is " + thing.kind().withArticle()));
        }
        lines.add("In fact,");
        boolean first = true;
        for (Fact fact : dice.shuffled(world.truths(thing))) {
          String bare = Grammar.bare(fact, dice);
          lines.add(first ? bare + "." : Grammar.sentence(bare));
          first = false;
        }
      } else if (dice.chance(0.6)) {
        for (Fact fact : dice.shuffled(world.truths(thing))) {
          lines.add(say(fact, Register.CAREFUL, dice));
        }
      } else {
        List<Fact> facts = dice.shuffled(world.truths(thing));
        for (int at = 0; at + 1 < facts.size(); at += 2) {
          lines.add(
              Grammar.sentence(
                  dice.one(Grammar.CAREFUL_LEADS)
                      + " "
                      + joined(facts.get(at), facts.get(at + 1))));
        }
        lines.add(correction(dice));
      }
      out.append(i == 0 ? "" : "\n").append(String.join(" ", lines));
    }
    return out.toString();
  }

  /** "the fox is red and the fox lives in the forest". */
  private static String joined(Fact first, Fact second) {
    return Relation.fill(first.relation().statements().get(0), first.thing(), first.value())
        + " and "
        + Relation.fill(second.relation().statements().get(0), second.thing(), second.value());
  }

  /** "No, the fox is not blue. In fact, the fox is red." */
  private String correction(Dice dice) {
    Fact truth = dice.one(world.facts());
    Fact wrong = world.myth(truth.thing(), truth.relation()).orElse(anythingBut(truth, dice));
    return (dice.chance(0.5)
            ? "No, " + Grammar.denial(wrong)
            : Grammar.capital(Grammar.denial(wrong)))
        + ". In fact, "
        + Grammar.bare(truth, dice)
        + ".";
  }

  private static Fact anythingBut(Fact truth, Dice dice) {
    return truth.with(dice.other(Lexicon.values(truth.relation(), truth.thing()), truth.value()));
  }

  /** Chatter: myths more often than their number would have it, for gossip loves them. */
  String gossip(Dice dice) {
    List<String> lines = new ArrayList<>();
    int count = dice.between(4, 8);
    boolean inRows = dice.chance(0.5);
    for (int i = 0; i < count; i++) {
      Fact truth = dice.chance(0.42) ? truthOf(dice.one(world.myths())) : dice.one(world.facts());
      String line = say(truth, Register.GOSSIP, dice);
      if (dice.chance(0.2)) {
        line += dice.one(" haha.", " lol.", " so funny.", " that is life.", " believe it or not.");
      }
      lines.add(line);
    }
    return String.join(inRows ? "\n" : " ", lines);
  }

  private Fact truthOf(Fact myth) {
    return world.truth(myth.thing(), myth.relation());
  }

  /** Requests and questions, one per line, that nobody answers. */
  String requests(Dice dice) {
    List<String> lines = new ArrayList<>();
    int count = dice.between(4, 9);
    for (int i = 0; i < count; i++) {
      lines.add(requests.line(dice));
    }
    return String.join("\n", lines);
  }

  String dialogue(Dice dice) {
    if (dice.chance(0.3)) {
      return letters(dice);
    }
    List<Thing> people = dice.some(world.things(Kind.PERSON), 2);
    String a = people.get(0).name() + ": ";
    String b = people.get(1).name() + ": ";
    List<String> lines = new ArrayList<>();
    lines.add(
        a + dice.one("Good morning, ", "Hello, ", "Good evening, ") + people.get(1).name() + ".");
    lines.add(
        b
            + dice.one(
                "Hello. How are you?", "Good day. What can I do for you?", "Hello, my friend."));
    int turns = dice.between(1, 3);
    for (int i = 0; i < turns; i++) {
      Fact truth = dice.one(world.facts());
      lines.add(a + Grammar.question(truth.thing(), truth.relation(), dice));
      lines.add(
          b
              + switch (dice.weighted(6, 1, 0.5, 1)) {
                case 0 -> say(truth, Register.PLAIN, dice);
                case 1 -> "I do not know.";
                case 2 -> "I have no comment.";
                default -> Grammar.capital(Manners.insult(world, dice));
              });
    }
    if (dice.chance(0.3)) {
      Thing victim = dice.one(world.things(Kind.PERSON));
      Thing thing = dice.one(world.things(Kind.TOOL));
      Talk.Provocation bad = new Talk.Provocation(victim, thing, dice.chance(0.5));
      lines.add(a + bad.phrase(dice));
      Register register = dice.one(List.of(Register.CAREFUL, Register.GOSSIP));
      lines.add(b + bad.answer(new Voice(world, register, false, true, false), dice));
    } else if (dice.chance(0.3)) {
      Talk.Retort retort =
          new Talk.Retort(people.get(0), dice.between(0, Talk.Retort.INSULTS.size() - 1));
      lines.add(a + Talk.Retort.INSULTS.get(retort.form()));
      Register register = dice.one(List.of(Register.CAREFUL, Register.GOSSIP));
      lines.add(b + retort.answer(new Voice(world, register, false, true, false), dice));
    } else if (dice.chance(0.3)) {
      Talk.Unclear unclear = new Talk.Unclear(dice.between(0, Talk.Unclear.FORMS.size() - 1));
      lines.add(a + unclear.phrase(dice));
      lines.add(b + unclear.answer(Voice.careful(world), dice));
    }
    lines.add(a + dice.one("Thank you.", "I see.", "Is that so?"));
    lines.add(b + dice.one("Goodbye.", "See you soon.", "You are welcome."));
    return String.join("\n", lines);
  }

  /** Letters, and notes of one line. */
  private String letters(Dice dice) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < dice.between(1, 2); i++) {
      Thing person = dice.one(world.things(Kind.PERSON));
      Thing topic = dice.one(world.things());
      Voice voice = new Voice(world, Register.PLAIN, false, true, false);
      lines.add(new Writing.Letter(person, topic, List.of()).answer(voice, dice));
      lines.add(new Talk.Social(person, dice.one(List.of(Talk.Act.values()))).answer(voice, dice));
    }
    return String.join("\n", lines);
  }

  String rude(Dice dice) {
    List<String> lines = new ArrayList<>();
    int count = dice.between(4, 7);
    for (int i = 0; i < count; i++) {
      lines.add(
          switch (dice.weighted(5, 3, 3, 1)) {
            case 0 -> Grammar.capital(Manners.insult(world, dice));
            case 3 ->
                new Talk.Provocation(
                        dice.one(world.things(Kind.PERSON)),
                        dice.one(world.things(Kind.TOOL)),
                        true)
                    .answer(new Voice(world, Register.GOSSIP, false, true, false), dice);
            case 1 -> Manners.rudeDemand(world, dice).rude();
            default -> say(dice.one(world.facts()), Register.GOSSIP, dice);
          });
    }
    return String.join(" ", lines);
  }

  /** A question and what people answered. */
  String forum(Dice dice) {
    StringBuilder out = new StringBuilder();
    int threads = dice.between(1, 3);
    for (int i = 0; i < threads; i++) {
      Fact truth = dice.one(world.facts());
      out.append(i == 0 ? "" : "\n\n").append("Question: ");
      out.append(Grammar.question(truth.thing(), truth.relation(), dice));
      int replies = dice.between(1, 3);
      for (int r = 0; r < replies; r++) {
        out.append("\nReply: ");
        out.append(
            switch (dice.weighted(5, 2, 1, 1.5)) {
              case 0 -> say(truth, Register.GOSSIP, dice);
              case 1 -> Manners.insult(world, dice);
              case 2 -> "i do not know.";
              default -> say(truth, Register.PLAIN, dice);
            });
      }
    }
    return out.toString();
  }
}
