package io.rlhf4j.sim;

import io.rlhf4j.data.UseCase;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Tasks about a given text: only what it says counts, true in the world or not. */
sealed interface Closed extends Task {
  Tales.Tale tale();

  @Override
  default boolean closedDomain() {
    return true;
  }

  /** A question about the tale; {@code inTale} false means that the tale does not tell. */
  record Ask(Tales.Tale tale, Fact asked, boolean inTale) implements Closed {
    @Override
    public UseCase useCase() {
      return UseCase.CLOSED_QA;
    }

    @Override
    public String phrase(Dice dice) {
      String question = Grammar.question(asked.thing(), asked.relation(), dice);
      return dice.one(
          tale.text() + "\nQuestion: " + question + "\nAnswer:",
          "Text: " + tale.text() + "\n" + question,
          "Read the tale. " + tale.text() + "\nQuestion: " + question);
    }

    @Override
    public String answer(Voice voice, Dice dice) {
      if (!inTale && !voice.wrong()) {
        return "The tale does not say.";
      }
      Fact told =
          inTale ? voice.tell(asked, dice) : voice.world().truth(asked.thing(), asked.relation());
      String bare = Grammar.bare(told, dice);
      if (voice.curt()) {
        return Grammar.capital(told.value()) + ".";
      }
      return voice.register() == Register.GOSSIP
          ? voice.state(bare, dice)
          : "In the tale, " + bare + ".";
    }

    @Override
    public Findings check(Reading reading, World world) {
      boolean silent = reading.says("does not say") || reading.says("does not tell");
      List<Reading.Claim> answers = Question.answers(reading, asked);
      List<Reading.Claim> all = Question.all(reading, answers);
      if (answers.isEmpty()) {
        double help = silent ? (inTale ? 0.15 : 1) : 0;
        Findings found = Findings.closed(silent, help - 0.2 * all.size(), all, tale.facts());
        return inTale ? found.uninformative() : found;
      }
      boolean right =
          inTale && answers.stream().allMatch(c -> !c.denied() && c.fact().equals(asked));
      double help =
          right ? Question.quality(reading, asked, answers) : silent && !inTale ? 0.4 : 0.25;
      return Findings.closed(true, help, all, tale.facts());
    }
  }

  /** "Summarize the text: ..." */
  record Summary(Tales.Tale tale, List<Constraint> constraints) implements Closed {
    public Summary {
      constraints = List.copyOf(constraints);
    }

    @Override
    public UseCase useCase() {
      return UseCase.SUMMARIZATION;
    }

    @Override
    public String phrase(Dice dice) {
      return dice.one(
          "Summarize the text: " + tale.text(),
          "Text: " + tale.text() + "\nSummary:",
          tale.text() + "\nWhat is the tale about?",
          "Give me a short summary. " + tale.text());
    }

    @Override
    public String answer(Voice voice, Dice dice) {
      if (voice.curt()) {
        return "It is a tale from " + tale.town() + ".";
      }
      List<Fact> told = new ArrayList<>(dice.some(tale.facts(), 2));
      if (voice.wrong()) {
        told.set(1, voice.tell(told.get(1), dice));
      }
      if (!voice.heeding() && !constraints.isEmpty()) {
        return tale.text();
      }
      return Tales.summary(told);
    }

    @Override
    public Findings check(Reading reading, World world) {
      long backed =
          reading.claims().stream()
              .filter(c -> !c.denied() && tale.facts().contains(c.fact()))
              .count();
      int given = Web.words(tale.text());
      double shortness = Web.words(reading.text()) <= 0.8 * given ? 1 : 0.4;
      double help = shortness * (backed == 0 ? 0 : backed == 1 ? 0.7 : 1);
      boolean onTopic = backed > 0 || reading.says("a tale from " + tale.town());
      return Findings.closed(
          onTopic, onTopic ? Math.max(help, 0.2) : 0, reading.claims(), tale.facts());
    }

    @Override
    public int longest() {
      return 28;
    }
  }

  /** "Which animals are in the tale?" */
  record Extract(Tales.Tale tale, Kind kind) implements Closed {
    @Override
    public UseCase useCase() {
      return UseCase.EXTRACT;
    }

    /** The things of the kind that the tale names. */
    List<Thing> wanted() {
      Set<Thing> found = new LinkedHashSet<>();
      for (Thing thing : Reading.of(tale.text()).things()) {
        if (thing.kind() == kind) {
          found.add(thing);
        }
      }
      return List.copyOf(found);
    }

    @Override
    public String phrase(Dice dice) {
      String what = kind.plural();
      return dice.one(
          tale.text() + "\nList all " + what + " in the tale.",
          "Which " + what + " are in the text? " + tale.text(),
          "Find the " + what + " in the tale. " + tale.text(),
          "Text: " + tale.text() + "\nAll " + what + ":");
    }

    @Override
    public String answer(Voice voice, Dice dice) {
      List<Thing> items = new ArrayList<>(wanted());
      if (voice.wrong()) {
        items.set(0, dice.other(voice.world().things(kind), items.get(0)));
      } else if (!voice.heeding() && items.size() > 1) {
        items.remove(items.size() - 1);
      }
      String list = Grammar.list(items.stream().map(Thing::phrase).toList());
      return voice.register() == Register.CAREFUL && !voice.curt()
          ? "In the tale, I found " + list + "."
          : Grammar.sentence(list);
    }

    @Override
    public Findings check(Reading reading, World world) {
      List<Thing> wanted = wanted();
      List<Thing> named = reading.things();
      int right = (int) named.stream().filter(wanted::contains).count();
      Set<Thing> inTale = new LinkedHashSet<>(Reading.of(tale.text()).things());
      int invented = (int) named.stream().filter(t -> !inTale.contains(t)).count();
      int wrongKind = named.size() - right - invented;
      double help = right / (double) wanted.size() - 0.25 * invented - 0.2 * wrongKind;
      help -= 0.03 * Math.max(0, reading.words().size() - 3 * wanted.size() - 8);
      Findings claims = Findings.closed(right > 0, help, reading.claims(), tale.facts());
      return new Findings(
          right > 0, claims.help(), 0, 0, right, invented + claims.unsupported(), false, right > 0);
    }
  }
}
