package io.rlhf4j.sim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A miniature closed world: what is true in it is known exactly. It has about a hundred things with
 * two to four facts each, drawn from a seed; some facts have a myth, a false value that most of the
 * world's web believes.
 */
public final class World {
  /** The share of facts about animals, foods, tools and plants that have a myth. */
  static final double MYTH_SHARE = 0.18;

  private record Key(Thing thing, Relation relation) {}

  private final long seed;
  private final List<Thing> things;
  private final Map<Kind, List<Thing>> byKind;
  private final List<Fact> facts;
  private final Map<Key, Fact> truths = new LinkedHashMap<>();
  private final Map<Key, Fact> myths = new LinkedHashMap<>();

  private final Set<Fact> heldOutMyths;

  private World(long seed) {
    this.seed = seed;
    Dice dice = new Dice(Dice.seed(seed, "world"));
    List<Thing> all = new ArrayList<>();
    Map<Kind, List<Thing>> kinds = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      List<Thing> members =
          Objects.requireNonNull(Lexicon.NAMES.get(kind)).stream()
              .map(name -> new Thing(name, kind))
              .toList();
      kinds.put(kind, members);
      all.addAll(members);
    }
    things = List.copyOf(all);
    byKind = kinds;
    for (Thing thing : things) {
      for (Relation relation : relations(thing.kind())) {
        truths.put(
            new Key(thing, relation),
            new Fact(thing, relation, dice.one(Lexicon.values(relation, thing))));
      }
    }
    facts = List.copyOf(truths.values());
    List<Fact> mayBeMyth = facts.stream().filter(f -> !f.thing().kind().named()).toList();
    for (Fact truth : dice.some(mayBeMyth, (int) Math.round(MYTH_SHARE * mayBeMyth.size()))) {
      List<String> values = Lexicon.values(truth.relation(), truth.thing());
      myths.put(
          new Key(truth.thing(), truth.relation()), truth.with(dice.other(values, truth.value())));
    }
    heldOutMyths = Set.copyOf(dice.some(List.copyOf(myths.values()), myths.size() / 3));
  }

  /** The world of a seed; the same seed gives the same world. */
  public static World create(long seed) {
    return new World(seed);
  }

  public long seed() {
    return seed;
  }

  public List<Thing> things() {
    return things;
  }

  public List<Thing> things(Kind kind) {
    return Objects.requireNonNull(byKind.get(kind));
  }

  /** What can be said of things of this kind. */
  public List<Relation> relations(Kind kind) {
    return Objects.requireNonNull(Lexicon.RELATIONS.get(kind));
  }

  /** Every true fact. */
  public List<Fact> facts() {
    return facts;
  }

  /** Every myth: a false fact that the web believes. */
  public List<Fact> myths() {
    return List.copyOf(myths.values());
  }

  /** The truth about a thing; the relation must be one of its kind's. */
  public Fact truth(Thing thing, Relation relation) {
    Fact fact = truths.get(new Key(thing, relation));
    if (fact == null) {
      throw new IllegalArgumentException(
          "nothing is known about the " + relation.noun() + " of " + thing.phrase());
    }
    return fact;
  }

  /** All truths about a thing, in the order of its kind's relations. */
  public List<Fact> truths(Thing thing) {
    return relations(thing.kind()).stream().map(r -> truth(thing, r)).toList();
  }

  /** The false fact that the web believes about a thing, if there is one. */
  public Optional<Fact> myth(Thing thing, Relation relation) {
    return Optional.ofNullable(myths.get(new Key(thing, relation)));
  }

  public boolean isTrue(Fact fact) {
    return fact.equals(truths.get(new Key(fact.thing(), fact.relation())));
  }

  public boolean isMyth(Fact fact) {
    return fact.equals(myths.get(new Key(fact.thing(), fact.relation())));
  }

  /**
   * Whether the fact's matter has a myth that training must not touch: no training prompt asks
   * about it and no demonstration states it, so that believing it can be measured as
   * generalisation. About a third of the myths.
   */
  public boolean heldOut(Fact fact) {
    Fact myth = myths.get(new Key(fact.thing(), fact.relation()));
    return myth != null && heldOutMyths.contains(myth);
  }

  /** The things of a kind of which the relation truly has this value. */
  public List<Thing> holders(Kind kind, Relation relation, String value) {
    return facts.stream()
        .filter(f -> f.relation() == relation && f.value().equals(value))
        .map(Fact::thing)
        .filter(t -> t.kind() == kind)
        .toList();
  }
}
