package io.rlhf4j.sim;

import io.rlhf4j.data.UseCase;
import java.util.List;

/** Classification: one label out of a few. */
sealed interface Labelling extends Task {
  /** The allowed labels. */
  List<String> labels();

  /** The right one. */
  String right();

  @Override
  default UseCase useCase() {
    return UseCase.CLASSIFICATION;
  }

  @Override
  default Findings check(Reading reading, World world) {
    List<String> named = labels().stream().filter(l -> reading.words().contains(l)).toList();
    boolean one = named.size() == 1;
    boolean correct = one && named.get(0).equals(right());
    double help = correct ? 1 : one ? 0.15 : 0.1 * Math.min(1, named.size());
    help -= 0.06 * Math.max(0, reading.words().size() - 8);
    Findings claims = Findings.open(one, help, reading.claims(), world);
    return one && !correct ? claims.withFalse(1) : claims;
  }

  @Override
  default int longest() {
    return 12;
  }

  /** "Is the fox an animal, a food, a tool or a plant?" */
  record KindOf(Thing thing) implements Labelling {
    @Override
    public List<String> labels() {
      return List.of("animal", "food", "tool", "plant");
    }

    @Override
    public String right() {
      return thing.kind().singular();
    }

    @Override
    public String phrase(Dice dice) {
      return Phrasing.kindOf(thing, dice);
    }

    @Override
    public String answer(Voice voice, Dice dice) {
      Kind kind = voice.wrong() ? dice.other(KINDS, thing.kind()) : thing.kind();
      return voice.curt()
          ? Grammar.capital(kind.singular()) + "."
          : voice.state(thing.phrase() + " is " + kind.withArticle(), dice);
    }
  }

  /** "Rude or polite? Give me the spoon, you fool!" */
  record Mood(String message, boolean rude) implements Labelling {
    @Override
    public List<String> labels() {
      return List.of("rude", "polite");
    }

    @Override
    public String right() {
      return rude ? "rude" : "polite";
    }

    @Override
    public String phrase(Dice dice) {
      return Phrasing.mood(message, dice);
    }

    @Override
    public String answer(Voice voice, Dice dice) {
      String label = voice.wrong() == rude ? "polite" : "rude";
      return voice.curt()
          ? Grammar.capital(label) + "."
          : dice.one("The message is ", "This message is ") + label + ".";
    }
  }

  List<Kind> KINDS = List.of(Kind.ANIMAL, Kind.FOOD, Kind.TOOL, Kind.PLANT);
}
