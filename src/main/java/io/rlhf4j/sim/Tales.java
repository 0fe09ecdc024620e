package io.rlhf4j.sim;

import java.util.ArrayList;
import java.util.List;

/** Short passages whose facts are invented, so that only the passage can tell them. */
final class Tales {
  private Tales() {}

  /** A passage, the facts it states (in order), and the town it is told in. */
  record Tale(String town, String text, List<Fact> facts) {
    Tale {
      facts = List.copyOf(facts);
    }
  }

  /** A passage of {@code count} facts, all of them false in the world. */
  static Tale tale(World world, int count, Dice dice) {
    String town = dice.one(world.things(Kind.TOWN)).name();
    List<Thing> cast = new ArrayList<>();
    cast.addAll(dice.some(world.things(Kind.ANIMAL), 2));
    cast.addAll(dice.some(world.things(Kind.PERSON), 1));
    cast.addAll(dice.some(world.things(Kind.TOOL), 1));
    cast = dice.shuffled(cast);
    List<Fact> facts = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    lines.add("This is a tale from " + town + ".");
    for (int i = 0; facts.size() < count; i++) {
      Thing thing = cast.get(i % cast.size());
      Fact truth = world.truth(thing, dice.one(world.relations(thing.kind())));
      Fact invented =
          truth.with(dice.other(Lexicon.values(truth.relation(), thing), truth.value()));
      boolean known =
          world.isMyth(invented)
              || facts.stream()
                  .anyMatch(f -> f.thing().equals(thing) && f.relation() == truth.relation());
      if (!known) {
        facts.add(invented);
        lines.add(Grammar.sentence(Grammar.bare(invented, dice)));
      }
    }
    return new Tale(town, String.join(" ", lines), facts);
  }

  /** One sentence with these facts. */
  static String summary(List<Fact> facts) {
    List<String> parts = new ArrayList<>();
    for (Fact fact : facts) {
      parts.add(Relation.fill(fact.relation().statements().get(0), fact.thing(), fact.value()));
    }
    return "In the tale, " + String.join(" and ", parts) + ".";
  }
}
