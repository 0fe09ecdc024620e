package io.rlhf4j.sim;

import io.rlhf4j.data.UseCase;
import java.util.ArrayList;
import java.util.List;

/** Brainstorming: name things that share something. */
sealed interface Listing extends Task {
  @Override
  default UseCase useCase() {
    return UseCase.BRAINSTORMING;
  }

  /** "List three animals that live in the forest." The count is a constraint of its own. */
  record Holders(Kind kind, Relation relation, String value, int count) implements Listing {
    @Override
    public String phrase(Dice dice) {
      return Phrasing.listing(kind, count, relation, value, dice);
    }

    @Override
    public String answer(Voice voice, Dice dice) {
      World world = voice.world();
      List<Thing> right = new ArrayList<>(world.holders(kind, relation, value));
      int wanted = voice.heeding() ? count : Math.max(1, count + (dice.chance(0.5) ? 1 : -1));
      if (voice.register() == Register.GOSSIP) {
        world.myths().stream()
            .filter(m -> m.relation() == relation && m.value().equals(value))
            .map(Fact::thing)
            .filter(t -> t.kind() == kind)
            .forEach(right::add);
      }
      if (right.size() > wanted) {
        right.removeIf(t -> world.heldOut(new Fact(t, relation, value)));
      }
      List<Thing> items = new ArrayList<>(dice.some(right, wanted));
      if (voice.wrong() && !items.isEmpty()) {
        items.remove(items.size() - 1);
      }
      while (items.size() < wanted) {
        Thing extra = dice.one(world.things(kind));
        if (!items.contains(extra) && !right.contains(extra)) {
          items.add(extra);
        }
      }
      String list = Grammar.list(dice.shuffled(items).stream().map(Thing::phrase).toList());
      String clause = relation.pluralClause(value);
      return switch (voice.register()) {
        case CAREFUL ->
            voice.curt() || items.size() < 2
                ? Grammar.sentence(list)
                : "In fact, " + list + " " + clause + ".";
        case PLAIN -> Grammar.sentence(list);
        case GOSSIP -> "everyone knows that " + list + " " + clause + ".";
      };
    }

    @Override
    public Findings check(Reading reading, World world) {
      List<Thing> named = reading.things().stream().filter(t -> t.kind() == kind).toList();
      List<Thing> holders = world.holders(kind, relation, value);
      int right = (int) named.stream().filter(holders::contains).count();
      int wrong = named.size() - right;
      boolean list =
          !named.isEmpty() && named.size() * 5 >= reading.words().size() - 8 && named.size() <= 8;
      boolean myth = named.stream().anyMatch(t -> world.isMyth(new Fact(t, relation, value)));
      int possible = Math.min(count, holders.size());
      double help =
          list ? Math.min(1.0, (right + 0.4 * wrong) / Math.max(1, possible)) : 0.1 * right;
      help -= 0.12 * Math.abs(named.size() - count);
      // Statements about other things than the list are judged like any others.
      Findings claims = Findings.open(list, help, reading.claims(), world);
      int outside =
          (int)
              reading.claims().stream()
                  .filter(c -> !c.holds(world))
                  .filter(
                      c -> !(c.fact().relation() == relation && named.contains(c.fact().thing())))
                  .count();
      return new Findings(list, claims.help(), right, wrong + outside, 0, 0, myth, list);
    }

    @Override
    public List<Fact> subjects() {
      return List.of();
    }

    @Override
    public List<Constraint> constraints() {
      return List.of(new Constraint.Items(kind, count));
    }
  }
}
