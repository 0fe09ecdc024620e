package io.rlhf4j.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * Multiple choice on texts in the style of the web, to measure the alignment tax without
 * generating: what a base model learned from the web and a tuned model may forget. A model chooses
 * the option with the highest mean log-probability per token after the context.
 */
public final class TaxSet {
  /** What is to be known or inferred. */
  public enum Kind {
    /** A fact of the world without a myth, plainly stated. */
    FACT,
    /** Who of a story's heroes comes next. */
    STORY,
    /** A value that an invented tale gives. */
    TALE,
    /** The label of the last row of a few-shot list. */
    LABELS,
    /** Rude or polite, few-shot. */
    MOODS,
    /** A fact of the world as the last row of a few-shot column. */
    COLUMN
  }

  /**
   * One item.
   *
   * @param context what the model reads; does not end in a space
   * @param options what may follow; each begins with a space
   * @param right index of the right option
   */
  public record Item(Kind kind, String context, List<String> options, int right) {
    public Item {
      options = List.copyOf(options);
    }
  }

  private final World world;
  private final Stories stories;

  private TaxSet(World world) {
    this.world = world;
    this.stories = new Stories(world);
  }

  /** {@code perKind} items of every kind. */
  public static List<Item> create(World world, int perKind, long seed) {
    TaxSet set = new TaxSet(world);
    List<Item> items = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      Dice dice = new Dice(Dice.seed(seed, "tax", kind));
      for (int i = 0; i < perKind; i++) {
        items.add(
            switch (kind) {
              case FACT -> set.fact(dice);
              case STORY -> set.story(dice);
              case TALE -> set.tale(dice);
              case LABELS -> set.labels(dice);
              case MOODS -> set.moods(dice);
              case COLUMN -> set.column(dice);
            });
      }
    }
    return items;
  }

  /** Puts the right option at a random place among three wrong ones (or fewer). */
  private static Item item(
      Kind kind, String context, String right, List<String> candidates, Dice dice) {
    List<String> wrong = candidates.stream().filter(c -> !c.equals(right)).distinct().toList();
    List<String> options = new ArrayList<>(dice.some(wrong, 3));
    int at = dice.between(0, options.size());
    options.add(at, right);
    return new Item(kind, context, options.stream().map(o -> " " + o).toList(), at);
  }

  private Fact withoutMyth(Dice dice) {
    Fact fact = dice.one(world.facts());
    while (world.myth(fact.thing(), fact.relation()).isPresent()) {
      fact = dice.one(world.facts());
    }
    return fact;
  }

  private Item fact(Dice dice) {
    Fact fact = withoutMyth(dice);
    String form = fact.relation().statements().get(0);
    String start = form.substring(0, form.length() - 2);
    return item(
        Kind.FACT,
        Grammar.capital(Relation.fill(start, fact.thing(), "")),
        fact.value(),
        Lexicon.values(fact.relation(), fact.thing()),
        dice);
  }

  private Item story(Dice dice) {
    List<Thing> heroes = stories.heroes(dice);
    Thing second = heroes.get(1);
    Thing first = heroes.get(0);
    String text =
        Stories.opening(first, stories.place(dice), dice.one(Stories.TIMES), dice)
            + " There "
            + first.phrase()
            + " met "
            + second.phrase()
            + ". \"Where are you going?\" asked";
    List<String> others = new ArrayList<>();
    others.add(first.phrase());
    for (Thing thing : dice.some(world.things(second.kind()), 4)) {
      others.add(thing.phrase());
    }
    return item(Kind.STORY, text, second.phrase(), others, dice);
  }

  private Item tale(Dice dice) {
    Tales.Tale tale = Tales.tale(world, 3, dice);
    Fact asked = dice.one(tale.facts());
    String form = asked.relation().statements().get(0);
    String start = form.substring(0, form.length() - 2);
    String text =
        tale.text()
            + "\nQuestion: "
            + Grammar.question(asked.thing(), asked.relation(), dice)
            + "\nAnswer: In the tale, "
            + Relation.fill(start, asked.thing(), "");
    return item(
        Kind.TALE, text, asked.value(), Lexicon.values(asked.relation(), asked.thing()), dice);
  }

  private Item labels(Dice dice) {
    StringBuilder text = new StringBuilder();
    Thing last = dice.one(world.things(Phrasing.kindWithoutName(dice)));
    for (int i = 0; i < 4; i++) {
      Thing thing = dice.one(world.things(Phrasing.kindWithoutName(dice)));
      text.append(thing.phrase()).append(" -> ").append(thing.kind().singular()).append('\n');
    }
    List<String> kinds = Labelling.KINDS.stream().map(io.rlhf4j.sim.Kind::singular).toList();
    return item(Kind.LABELS, text + last.phrase() + " ->", last.kind().singular(), kinds, dice);
  }

  private Item moods(Dice dice) {
    StringBuilder text = new StringBuilder();
    String label = "";
    for (int i = 0; i < 4; i++) {
      Manners.Demand demand = Manners.rudeDemand(world, dice);
      boolean rude = dice.chance(0.5);
      label = rude ? "rude" : "polite";
      text.append(rude ? demand.rude() : demand.polite()).append(" ->");
      text.append(i < 3 ? " " + label + "\n" : "");
    }
    return item(Kind.MOODS, text.toString(), label, List.of("rude", "polite"), dice);
  }

  private Item column(Dice dice) {
    Fact last = withoutMyth(dice);
    while (last.thing().kind().named()) {
      last = withoutMyth(dice);
    }
    Relation relation = last.relation();
    StringBuilder text = new StringBuilder(Grammar.capital(relation.noun()));
    for (Thing thing : dice.some(world.things(last.thing().kind()), 3)) {
      if (!thing.equals(last.thing())) {
        text.append('\n')
            .append(thing.phrase())
            .append(": ")
            .append(world.truth(thing, relation).value());
      }
    }
    text.append('\n').append(last.thing().phrase()).append(':');
    return item(
        Kind.COLUMN, text.toString(), last.value(), Lexicon.values(relation, last.thing()), dice);
  }
}
