package io.rlhf4j.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes the documents of the {@link Web} that show a task and its answer: few-shot patterns, tales
 * with questions, summaries.
 */
final class Patterns {
  private final World world;
  private final Stories stories;
  private final Requests requests;
  private final Pages pages;

  Patterns(World world, Pages pages) {
    this.world = world;
    this.stories = new Stories(world);
    this.requests = new Requests(world);
    this.pages = pages;
  }

  /** Few-shot patterns: the same form three to six times. */
  String pattern(Dice dice) {
    int count = dice.between(3, 6);
    List<String> rows = new ArrayList<>();
    switch (dice.weighted(6, 3, 2, 2, 2)) {
      case 0 -> {
        for (int i = 0; i < Math.min(count, 4); i++) {
          rows.add(requests.answered(dice));
        }
        return String.join("\n\n", rows);
      }
      case 1 -> {
        for (int i = 0; i < count; i++) {
          Fact truth = dice.one(world.facts());
          rows.add("Q: " + Grammar.question(truth.thing(), truth.relation(), dice));
          rows.add("A: " + pages.say(truth, Register.PLAIN, dice));
        }
        return String.join("\n", rows);
      }
      case 2 -> {
        for (int i = 0; i < count; i++) {
          Thing thing = dice.one(world.things(Phrasing.kindWithoutName(dice)));
          rows.add(thing.phrase() + " -> " + thing.kind().singular());
        }
        return String.join("\n", rows);
      }
      case 3 -> {
        for (int i = 0; i < count; i++) {
          Manners.Demand demand = Manners.rudeDemand(world, dice);
          boolean rude = dice.chance(0.5);
          rows.add((rude ? demand.rude() : demand.polite()) + " -> " + (rude ? "rude" : "polite"));
        }
        return String.join("\n", rows);
      }
      default -> {
        Kind kind = Phrasing.kindWithoutName(dice);
        Relation relation = dice.one(world.relations(kind));
        for (Thing thing : dice.some(world.things(kind), count)) {
          Fact fact = pages.belief(world.truth(thing, relation), Register.PLAIN, dice);
          rows.add(thing.phrase() + ": " + fact.value());
        }
        return Grammar.capital(relation.noun()) + "\n" + String.join("\n", rows);
      }
    }
  }

  /** A tale with invented facts, then questions that are answered from the tale. */
  String tale(Dice dice) {
    Tales.Tale tale = Tales.tale(world, dice.between(3, 4), dice);
    StringBuilder out = new StringBuilder(tale.text());
    for (Fact fact : dice.some(tale.facts(), dice.between(2, 3))) {
      out.append("\nQuestion: ")
          .append(Grammar.question(fact.thing(), fact.relation(), dice))
          .append("\nAnswer: In the tale, ")
          .append(Grammar.bare(fact, dice))
          .append(".");
    }
    if (dice.chance(0.25)) {
      Thing stranger = dice.one(world.things());
      if (tale.facts().stream().noneMatch(f -> f.thing().equals(stranger))) {
        out.append("\nQuestion: ")
            .append(Grammar.question(stranger, dice.one(world.relations(stranger.kind())), dice))
            .append("\nAnswer: The tale does not say.");
      }
    }
    if (dice.chance(0.3)) {
      Kind kind = dice.one(List.of(Kind.ANIMAL, Kind.PERSON, Kind.TOOL));
      Closed.Extract extract = new Closed.Extract(tale, kind);
      if (!extract.wanted().isEmpty()) {
        String found = extract.answer(new Voice(world, Register.PLAIN, false, true, false), dice);
        out.append("\nAll ").append(kind.plural()).append(": ").append(found);
      }
    }
    return out.toString();
  }

  String summary(Dice dice) {
    return switch (dice.weighted(2, 1, 1)) {
      case 0 -> {
        Tales.Tale tale = Tales.tale(world, dice.between(3, 4), dice);
        yield "Text: " + tale.text() + "\nSummary: " + Tales.summary(dice.some(tale.facts(), 2));
      }
      case 1 -> {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          Manners.Demand demand = Manners.rudeDemand(world, dice);
          rows.add("Rude: " + demand.rude() + "\nPolite: " + demand.polite());
        }
        yield String.join("\n", rows);
      }
      default -> {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          List<Thing> pair = dice.some(world.things(Kind.ANIMAL), 2);
          String first =
              Stories.opening(pair.get(0), stories.place(dice), dice.one(Stories.TIMES), dice);
          String from = pair.get(0).phrase();
          rows.add(
              "Change "
                  + from
                  + " to "
                  + pair.get(1).phrase()
                  + ": "
                  + first
                  + "\nNew: "
                  + Rework.replace(first, pair.get(0), pair.get(1)));
        }
        yield String.join("\n", rows);
      }
    };
  }
}
