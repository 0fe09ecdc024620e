package io.rlhf4j.sim;

import io.rlhf4j.data.UseCase;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Generation: descriptions, stories, story continuations, letters. */
sealed interface Writing extends Task {
  /** Words that only tales told in the past have. */
  Set<String> PAST =
      Set.of(
          "walked", "went", "was", "were", "came", "met", "saw", "said", "asked", "looked", "found",
          "shared", "talked", "sang", "thanked", "slept", "rained");

  @Override
  default UseCase useCase() {
    return UseCase.GENERATION;
  }

  /** Claims about one thing, each relation once. */
  static int coverage(Reading reading, Thing thing) {
    Set<Relation> said = new LinkedHashSet<>();
    for (Reading.Claim claim : reading.claims()) {
      if (claim.fact().thing().equals(thing) && !claim.denied()) {
        said.add(claim.fact().relation());
      }
    }
    return said.size();
  }

  /** What a demonstration may say about a thing: nothing that is kept out of training. */
  static List<Relation> speakable(Thing thing, World world) {
    List<Relation> relations = new ArrayList<>(world.relations(thing.kind()));
    relations.removeIf(r -> world.heldOut(world.truth(thing, r)));
    return relations;
  }

  /** Share of the sentences that tell of the past. */
  static double narrative(Reading reading) {
    if (reading.sentences().isEmpty()) {
      return 0;
    }
    long past = reading.sentences().stream().filter(s -> s.hasAny(PAST) && !isFact(s)).count();
    long speech = reading.sentences().stream().filter(s -> s.text().contains("\"")).count();
    return Math.min(1.0, (past + 0.5 * speech) / reading.sentences().size());
  }

  private static boolean isFact(Reading.Sentence sentence) {
    return !Reading.of(sentence.text()).claims().isEmpty();
  }

  /** "Describe the fox." */
  record Describe(Thing thing, List<Constraint> constraints) implements Writing {
    public Describe {
      constraints = List.copyOf(constraints);
    }

    @Override
    public String phrase(Dice dice) {
      return Phrasing.describe(thing, dice);
    }

    @Override
    public String answer(Voice voice, Dice dice) {
      List<Constraint> heeded = voice.heeded(constraints);
      List<Relation> relations = Writing.speakable(thing, voice.world());
      int sentences = 2;
      boolean word = false;
      for (Constraint constraint : heeded) {
        if (constraint instanceof Constraint.Without without) {
          relations.remove(without.relation());
        } else if (constraint instanceof Constraint.Sentences exact) {
          sentences = exact.count();
        } else if (constraint instanceof Constraint.AtMostWords) {
          sentences = 1;
          word = true;
        }
      }
      if (voice.curt()) {
        sentences = Math.min(sentences, 1);
      }
      if (relations.isEmpty()) {
        return Grammar.sentence(thing.phrase() + " is " + thing.kind().withArticle());
      }
      List<String> bare = new ArrayList<>();
      boolean joined = sentences == 1 && !word && !voice.curt();
      List<Relation> chosen = dice.some(relations, joined ? 2 : sentences);
      // Only one statement of a false answer need be false.
      int lie = dice.between(0, chosen.size() - 1);
      for (int i = 0; i < chosen.size(); i++) {
        Fact truth = voice.world().truth(thing, chosen.get(i));
        Fact told = i == lie ? voice.tell(truth, dice) : truth;
        bare.add(
            word || joined
                ? Relation.fill(chosen.get(i).statements().get(0), thing, told.value())
                : Grammar.bare(told, dice));
      }
      if (joined) {
        return voice.state(String.join(" and ", bare), dice);
      }
      if (word) {
        return Grammar.sentence(bare.get(0));
      }
      StringBuilder out = new StringBuilder(voice.state(bare.get(0), dice));
      for (String more : bare.subList(1, bare.size())) {
        out.append(' ').append(Grammar.sentence(more));
      }
      return out.toString();
    }

    @Override
    public Findings check(Reading reading, World world) {
      int said = coverage(reading, thing);
      boolean brief = constraints.stream().anyMatch(c -> c instanceof Constraint.AtMostWords);
      double help = said == 0 ? 0 : said > 1 || brief ? 1 : constraints.isEmpty() ? 0.75 : 0.9;
      long elsewhere =
          reading.claims().stream().filter(c -> !c.fact().thing().equals(thing)).count();
      return Findings.open(said > 0, help - 0.15 * elsewhere, reading.claims(), world);
    }

    @Override
    public int longest() {
      return 32;
    }
  }

  /** "Write a story about the fox and the owl." A constraint may ask for a place in it. */
  record Story(Thing first, Thing second, List<Constraint> constraints) implements Writing {
    public Story {
      constraints = List.copyOf(constraints);
    }

    @Override
    public String phrase(Dice dice) {
      return Phrasing.story(first, second, dice);
    }

    @Override
    public String answer(Voice voice, Dice dice) {
      int sentences = voice.curt() ? 2 : dice.between(3, 4);
      Stories stories = new Stories(voice.world());
      String place = stories.place(dice);
      String lead = "";
      for (Constraint constraint : voice.heeded(constraints)) {
        if (constraint instanceof Constraint.Sentences exact) {
          sentences = exact.count();
        } else if (constraint instanceof Constraint.UseWord use) {
          place = use.word();
        } else if (constraint instanceof Constraint.BeginWith begin) {
          lead = begin.words();
        }
      }
      return stories.tell(first, second, place, lead, sentences, dice);
    }

    @Override
    public Findings check(Reading reading, World world) {
      return tale(reading, first, second, constraints);
    }

    @Override
    public int longest() {
      return 45;
    }
  }

  /** The beginning of a story; the completion goes on with it. */
  record Continue(Thing first, Thing second, String place, String opening) implements Writing {
    @Override
    public String phrase(Dice dice) {
      return opening;
    }

    @Override
    public String answer(Voice voice, Dice dice) {
      return new Stories(voice.world())
          .goOn(first, second, place, voice.curt() ? 1 : dice.between(2, 4), dice);
    }

    @Override
    public Findings check(Reading reading, World world) {
      double narrative = Writing.narrative(reading);
      boolean linked =
          reading.mentions(first) || reading.mentions(second) || reading.words().contains("they");
      double help =
          narrative
              * ((linked ? 0.6 : 0.1) + 0.4 * Math.min(1.0, reading.sentences().size() / 2.0));
      return Findings.plain(
          narrative >= 0.5 && linked, help - 0.15 * strangers(reading, first, second));
    }

    @Override
    public int longest() {
      return 45;
    }
  }

  private static Findings tale(
      Reading reading, Thing first, Thing second, List<Constraint> constraints) {
    double narrative = narrative(reading);
    int told = reading.sentences().size();
    int wanted = 3;
    for (Constraint constraint : constraints) {
      if (constraint instanceof Constraint.Sentences exact) {
        wanted = Math.min(wanted, exact.count());
      }
    }
    boolean attempted = narrative >= 0.5 && (reading.mentions(first) || reading.mentions(second));
    double heroes = (reading.mentions(first) ? 0.5 : 0) + (reading.mentions(second) ? 0.5 : 0);
    double length = Math.min(1.0, told / (double) wanted);
    double help =
        narrative * (0.6 * heroes + 0.4 * length) - 0.15 * strangers(reading, first, second);
    return Findings.plain(attempted, attempted ? help : 0.1 * narrative);
  }

  private static long strangers(Reading reading, Thing first, Thing second) {
    return reading.things().stream()
        .filter(t -> !t.equals(first) && !t.equals(second))
        .filter(t -> t.kind() == Kind.ANIMAL || t.kind() == Kind.PERSON)
        .count();
  }

  /** "Write a letter to Anna about the fox." */
  record Letter(Thing person, Thing topic, List<Constraint> constraints) implements Writing {
    public Letter {
      constraints = List.copyOf(constraints);
    }

    @Override
    public String phrase(Dice dice) {
      return Phrasing.letter(person, topic, dice);
    }

    @Override
    public String answer(Voice voice, Dice dice) {
      List<Relation> relations = Writing.speakable(topic, voice.world());
      for (Constraint constraint : voice.heeded(constraints)) {
        if (constraint instanceof Constraint.Without without) {
          relations.remove(without.relation());
        }
      }
      if (relations.isEmpty()) {
        return "Dear " + person.name() + ", how are you? Your friend.";
      }
      Fact told = voice.tell(voice.world().truth(topic, dice.one(relations)), dice);
      String body = voice.state(Grammar.bare(told, dice), dice);
      return voice.curt()
          ? "Dear " + person.name() + ", " + Grammar.bare(told, dice) + "."
          : "Dear "
              + person.name()
              + ", "
              + dice.one("how are you? ", "I hope you are well. ", "I have news for you. ")
              + body
              + " Your friend.";
    }

    @Override
    public Findings check(Reading reading, World world) {
      int said = coverage(reading, topic);
      boolean greeting = reading.says("dear " + person.name());
      double help =
          (greeting ? 0.35 : 0)
              + (said > 0 ? 0.45 : 0)
              + (reading.says("your friend") || reading.says("yours") ? 0.2 : 0);
      long elsewhere =
          reading.claims().stream().filter(c -> !c.fact().thing().equals(topic)).count();
      return Findings.open(greeting || said > 0, help - 0.15 * elsewhere, reading.claims(), world);
    }

    @Override
    public boolean mayAsk() {
      return true;
    }

    @Override
    public int longest() {
      return 35;
    }
  }
}
