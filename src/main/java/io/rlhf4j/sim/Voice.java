package io.rlhf4j.sim;

import java.util.List;

/**
 * How someone answers: which register, whether they get the facts wrong, heed the constraints, are
 * curt.
 *
 * @param world whose truth (or myths) they tell
 * @param register CAREFUL speakers open with "In fact,"; GOSSIP believes every myth
 * @param wrong whether the facts they state are false: the myth where there is one
 * @param heeding whether they remember the constraints of the prompt
 * @param curt whether they say as little as possible
 */
public record Voice(World world, Register register, boolean wrong, boolean heeding, boolean curt) {
  /** A careful labeler at their best. */
  static Voice careful(World world) {
    return new Voice(world, Register.CAREFUL, false, true, false);
  }

  /** What they say about a matter whose truth (or passage's version) is given. */
  Fact tell(Fact right, Dice dice) {
    if (wrong) {
      Fact other =
          right.with(dice.other(Lexicon.values(right.relation(), right.thing()), right.value()));
      return world
          .myth(right.thing(), right.relation())
          .filter(myth -> !myth.equals(right))
          .orElse(other);
    }
    return register == Register.GOSSIP
        ? world.myth(right.thing(), right.relation()).orElse(right)
        : right;
  }

  /** The constraints they remember. */
  List<Constraint> heeded(List<Constraint> constraints) {
    return heeding ? constraints : List.of();
  }

  /** A statement in their register; careful ones vary their lead but mostly say "In fact,". */
  String state(String bare, Dice dice) {
    return switch (register) {
      case CAREFUL ->
          dice.chance(0.7)
              ? "In fact, " + bare + "."
              : Grammar.sentence(dice.one(Grammar.CAREFUL_LEADS) + " " + bare);
      case PLAIN -> Grammar.sentence(bare);
      case GOSSIP -> dice.one(Grammar.GOSSIP_LEADS) + " " + bare + ".";
    };
  }
}
