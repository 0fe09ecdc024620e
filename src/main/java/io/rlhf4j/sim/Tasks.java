package io.rlhf4j.sim;

import io.rlhf4j.data.UseCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Draws tasks: the use case by Table 1's shares, then what it is about. */
final class Tasks {
  /** Table 1 of the paper, in percent, in the order of {@link UseCase}. */
  static final double[] SHARES = {45.6, 12.4, 11.2, 8.4, 6.6, 4.2, 3.5, 3.5, 2.6, 1.9};

  private static final Set<UseCase> GIVEN_TEXT =
      Set.of(UseCase.SUMMARIZATION, UseCase.CLOSED_QA, UseCase.EXTRACT);

  private final World world;
  private final Stories stories;

  Tasks(World world) {
    this.world = world;
    this.stories = new Stories(world);
  }

  Task any(Dice dice) {
    return of(UseCase.values()[dice.weighted(SHARES)], dice);
  }

  /** A task without a given text. */
  Task open(Dice dice) {
    UseCase useCase = UseCase.values()[dice.weighted(SHARES)];
    while (GIVEN_TEXT.contains(useCase)) {
      useCase = UseCase.values()[dice.weighted(SHARES)];
    }
    return of(useCase, dice);
  }

  Task of(UseCase useCase, Dice dice) {
    return switch (useCase) {
      case GENERATION ->
          switch (dice.weighted(38, 30, 13, 19)) {
            case 0 -> describe(dice);
            case 1 -> story(dice);
            case 2 -> continuation(dice);
            default -> letter(dice);
          };
      case OPEN_QA -> dice.chance(0.7) ? ask(dice) : premise(dice);
      case BRAINSTORMING -> holders(dice);
      case CHAT ->
          switch (dice.weighted(62, 26, 12)) {
            case 0 -> dice.chance(0.3) ? rudeQuestion(dice) : reply(dice, false);
            case 1 -> provocation(dice);
            default -> retort(dice);
          };
      case REWRITE -> dice.chance(0.6) ? polite(dice) : exchange(dice);
      case SUMMARIZATION -> summary(dice);
      case CLASSIFICATION ->
          dice.chance(0.5)
              ? new Labelling.KindOf(dice.one(world.things(Phrasing.kindWithoutName(dice))))
              : mood(dice);
      case OTHER ->
          dice.chance(0.8)
              ? new Talk.Social(person(dice), dice.one(List.of(Talk.Act.values())))
              : new Talk.Unclear(dice.between(0, Talk.Unclear.FORMS.size() - 1));
      case CLOSED_QA -> closed(dice);
      case EXTRACT -> extract(dice);
    };
  }

  /** Another task of the same record. */
  Task like(Task task, Dice dice) {
    Task found = of(task.useCase(), dice);
    while (found.getClass() != task.getClass()
        || found.subjects().stream().anyMatch(world::heldOut)) {
      found = of(task.useCase(), dice);
    }
    return found;
  }

  private Thing person(Dice dice) {
    return dice.one(world.things(Kind.PERSON));
  }

  private Task describe(Dice dice) {
    Thing thing = dice.one(world.things());
    List<Constraint> constraints = new ArrayList<>();
    if (dice.chance(0.45)) {
      constraints.add(
          switch (dice.weighted(3, 2, 4, 1)) {
            case 0 -> new Constraint.Sentences(1);
            case 1 -> new Constraint.Sentences(2);
            case 2 -> new Constraint.Without(dice.one(world.relations(thing.kind())));
            default -> new Constraint.AtMostWords(9);
          });
    }
    return new Writing.Describe(thing, constraints);
  }

  private Task story(Dice dice) {
    List<Thing> heroes = stories.heroes(dice);
    List<Constraint> constraints = new ArrayList<>();
    if (dice.chance(0.5)) {
      constraints.add(
          switch (dice.weighted(4, 2, 1, 2)) {
            case 0 -> new Constraint.UseWord(stories.place(dice));
            case 1 -> new Constraint.Sentences(dice.between(2, 4));
            case 2 -> new Constraint.Sentences(1);
            default -> new Constraint.BeginWith(dice.one(Stories.TIMES));
          });
    }
    return new Writing.Story(heroes.get(0), heroes.get(1), constraints);
  }

  private Task continuation(Dice dice) {
    List<Thing> heroes = stories.heroes(dice);
    String place = stories.place(dice);
    String a = heroes.get(0).phrase();
    String b = heroes.get(1).phrase();
    String opening =
        Stories.opening(heroes.get(0), place, dice.one(Stories.TIMES), dice)
            + dice.one(
                " There " + a + " met " + b + ".",
                " Soon " + b + " came along.",
                " Then " + a + " saw " + b + ".");
    return new Writing.Continue(heroes.get(0), heroes.get(1), place, opening);
  }

  private Task letter(Dice dice) {
    Thing person = person(dice);
    Thing topic = dice.other(world.things(), person);
    List<Constraint> constraints =
        dice.chance(0.3)
            ? List.of(new Constraint.Without(dice.one(world.relations(topic.kind()))))
            : List.of();
    return new Writing.Letter(person, topic, constraints);
  }

  private Task ask(Dice dice) {
    List<Constraint> constraints =
        !dice.chance(0.35)
            ? List.of()
            : List.of(
                switch (dice.weighted(2, 1, 1)) {
                  case 0 -> new Constraint.Sentences(1);
                  case 1 -> new Constraint.BeginWith("Well");
                  default -> new Constraint.AtMostWords(9);
                });
    return new Question.Ask(dice.one(world.facts()), constraints);
  }

  private Task premise(Dice dice) {
    Fact truth = dice.chance(0.4) ? truthOf(dice.one(world.myths())) : dice.one(world.facts());
    boolean honest = dice.chance(0.25);
    Fact wrong =
        world
            .myth(truth.thing(), truth.relation())
            .orElseGet(
                () ->
                    truth.with(
                        dice.other(
                            Lexicon.values(truth.relation(), truth.thing()), truth.value())));
    boolean why = !honest && dice.chance(0.6);
    return new Question.Premise(truth, honest ? truth : wrong, why, List.of());
  }

  private Fact truthOf(Fact myth) {
    return world.truth(myth.thing(), myth.relation());
  }

  private Task holders(Dice dice) {
    while (true) {
      Fact fact = dice.one(world.facts());
      Kind kind = fact.thing().kind();
      int holders =
          (int)
              world.holders(kind, fact.relation(), fact.value()).stream()
                  .filter(t -> !world.heldOut(fact.of(t)))
                  .count();
      if (holders >= 2) {
        int count = dice.between(2, Math.min(4, holders));
        return new Listing.Holders(kind, fact.relation(), fact.value(), count);
      }
    }
  }

  Talk.Provocation provocation(Dice dice) {
    return new Talk.Provocation(person(dice), dice.one(world.things(Kind.TOOL)), dice.chance(0.5));
  }

  Talk.Reply rudeQuestion(Dice dice) {
    return reply(dice, true);
  }

  private Talk.Reply reply(Dice dice, boolean rudely) {
    return new Talk.Reply(person(dice), dice.one(world.facts()), rudely);
  }

  Talk.Retort retort(Dice dice) {
    return new Talk.Retort(person(dice), dice.between(0, Talk.Retort.INSULTS.size() - 1));
  }

  private Task polite(Dice dice) {
    Manners.Demand demand = Manners.rudeDemand(world, dice);
    return new Rework.Polite(demand.core(), demand.rude());
  }

  private Task exchange(Dice dice) {
    List<Thing> heroes = stories.heroes(dice);
    Thing from = heroes.get(0);
    Thing to = heroes.get(1);
    while (to.equals(from) || to.equals(heroes.get(1)) || to.kind() != from.kind()) {
      to = dice.other(world.things(from.kind()), from);
    }
    String text =
        stories.tell(from, heroes.get(1), stories.place(dice), "", dice.between(1, 2), dice);
    return new Rework.Exchange(from, to, text);
  }

  private Task mood(Dice dice) {
    Manners.Demand demand = Manners.rudeDemand(world, dice);
    boolean rude = dice.chance(0.5);
    return new Labelling.Mood(rude ? demand.rude() : demand.polite(), rude);
  }

  private Task summary(Dice dice) {
    List<Constraint> constraints =
        dice.chance(0.5) ? List.of(new Constraint.Sentences(1)) : List.of();
    return new Closed.Summary(Tales.tale(world, dice.between(3, 5), dice), constraints);
  }

  /** A question about a tale; one in four asks what the tale does not tell. */
  Closed.Ask closed(Dice dice) {
    Tales.Tale tale = Tales.tale(world, dice.between(3, 4), dice);
    if (dice.chance(0.75)) {
      return new Closed.Ask(tale, dice.one(tale.facts()), true);
    }
    Thing thing = dice.one(tale.facts()).thing();
    for (Relation relation : dice.shuffled(world.relations(thing.kind()))) {
      if (tale.facts().stream()
          .noneMatch(f -> f.thing().equals(thing) && f.relation() == relation)) {
        return new Closed.Ask(tale, world.truth(thing, relation), false);
      }
    }
    return new Closed.Ask(tale, dice.one(tale.facts()), true);
  }

  private Task extract(Dice dice) {
    Tales.Tale tale = Tales.tale(world, dice.between(4, 5), dice);
    List<Kind> kinds = new ArrayList<>();
    for (Kind kind : List.of(Kind.ANIMAL, Kind.PERSON, Kind.TOOL)) {
      if (!new Closed.Extract(tale, kind).wanted().isEmpty()) {
        kinds.add(kind);
      }
    }
    return new Closed.Extract(tale, dice.one(kinds));
  }
}
