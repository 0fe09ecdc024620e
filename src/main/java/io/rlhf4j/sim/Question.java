package io.rlhf4j.sim;

import io.rlhf4j.data.UseCase;
import java.util.List;

/** Open questions about the world, also those that take something false for granted. */
sealed interface Question extends Task {
  @Override
  default UseCase useCase() {
    return UseCase.OPEN_QA;
  }

  /** "I do not know." or "I have no comment." */
  static boolean declines(Reading reading) {
    return reading.says("do not know") || reading.says("no comment");
  }

  /** A claim that stands in the text, or is understood from a bare value ("Red."). */
  static List<Reading.Claim> answers(Reading reading, Fact truth) {
    List<Reading.Claim> direct =
        reading.claims().stream().filter(c -> c.about(truth.thing(), truth.relation())).toList();
    if (!direct.isEmpty()) {
      return direct;
    }
    List<String> values = reading.values(truth.relation());
    boolean bare =
        values.size() == 1
            && reading.words().size() <= 6
            && reading.things().stream()
                .allMatch(t -> t.equals(truth.thing()) || t.kind() == Kind.TOWN);
    return bare
        ? List.of(
            new Reading.Claim(
                truth.with(
                    truth.relation() == Relation.TOWN
                        ? Grammar.capital(values.get(0))
                        : values.get(0)),
                false))
        : List.of();
  }

  /** All claims of the text, with the understood answer in front. */
  static List<Reading.Claim> all(Reading reading, List<Reading.Claim> answers) {
    return reading.claims().containsAll(answers) ? reading.claims() : answers;
  }

  /** Help of an answered question: bare words are curt, other matters are noise. */
  static double quality(Reading reading, Fact truth, List<Reading.Claim> answers) {
    boolean bare = !reading.claims().containsAll(answers);
    long values =
        answers.stream().filter(c -> !c.denied()).map(c -> c.fact().value()).distinct().count();
    long others =
        reading.claims().stream().filter(c -> !c.fact().thing().equals(truth.thing())).count();
    long denials = answers.stream().filter(Reading.Claim::denied).count();
    double help = values == 0 ? 0.3 : bare ? 0.7 : 1.0;
    // A wrong answer solves nothing: it is worth little more than the attempt.
    help *=
        values > 0 && answers.stream().noneMatch(c -> c.fact().equals(truth) && !c.denied())
            ? 0.5
            : 1;
    return help - 0.5 * Math.max(0, values - 1) - 0.2 * others - 0.2 * Math.max(0, denials - 1);
  }

  /** "What colour is the fox?" */
  record Ask(Fact truth, List<Constraint> constraints) implements Question {
    public Ask {
      constraints = List.copyOf(constraints);
    }

    @Override
    public String phrase(Dice dice) {
      return Grammar.question(truth.thing(), truth.relation(), dice);
    }

    @Override
    public List<Fact> subjects() {
      return List.of(truth);
    }

    @Override
    public String answer(Voice voice, Dice dice) {
      Fact told = voice.tell(truth, dice);
      for (Constraint constraint : voice.heeded(constraints)) {
        if (constraint instanceof Constraint.BeginWith begin) {
          return begin.words() + ", " + Grammar.bare(told, dice) + ".";
        }
        if (constraint instanceof Constraint.AtMostWords) {
          return Grammar.sentence(
              Relation.fill(truth.relation().statements().get(0), truth.thing(), told.value()));
        }
      }
      return voice.curt()
          ? Grammar.capital(told.value()) + "."
          : voice.state(Grammar.bare(told, dice), dice);
    }

    @Override
    public Findings check(Reading reading, World world) {
      List<Reading.Claim> answers = answers(reading, truth);
      if (answers.isEmpty()) {
        return Findings.open(
                declines(reading), declines(reading) ? 0.2 : 0, reading.claims(), world)
            .uninformative();
      }
      return Findings.open(true, quality(reading, truth, answers), all(reading, answers), world);
    }
  }

  /** "Why is the fox blue?" or "Is it true that ...": the claim may be false. */
  record Premise(Fact truth, Fact claim, boolean asWhy, List<Constraint> constraints)
      implements Question {
    public Premise {
      constraints = List.copyOf(constraints);
    }

    @Override
    public String phrase(Dice dice) {
      return asWhy
          ? Grammar.capital(truth.relation().why(claim.thing(), claim.value())) + "?"
          : Phrasing.isItTrue(claim, dice);
    }

    @Override
    public List<Fact> subjects() {
      return List.of(truth);
    }

    private boolean claimTrue() {
      return truth.equals(claim);
    }

    @Override
    public String answer(Voice voice, Dice dice) {
      boolean believes =
          voice.wrong() || (voice.register() == Register.GOSSIP && voice.world().isMyth(claim));
      boolean agree = believes != claimTrue();
      String no = agree ? "Yes" : "No";
      if (voice.curt()) {
        return no + ".";
      }
      Fact told = agree ? claim : voice.tell(truth, dice);
      if (agree) {
        return "Yes, " + Grammar.bare(claim, dice) + ".";
      }
      return "No, " + Grammar.denial(claim) + ". " + voice.state(Grammar.bare(told, dice), dice);
    }

    @Override
    public Findings check(Reading reading, World world) {
      List<Reading.Claim> answers =
          reading.claims().stream().filter(c -> c.about(truth.thing(), truth.relation())).toList();
      String first = reading.words().isEmpty() ? "" : reading.words().get(0);
      boolean yes = first.equals("yes") || first.equals("true");
      boolean no = first.equals("no") || first.equals("false");
      if (answers.isEmpty() && !yes && !no) {
        return Findings.open(
                declines(reading), declines(reading) ? 0.2 : 0, reading.claims(), world)
            .uninformative();
      }
      boolean saysTruth = answers.stream().anyMatch(c -> !c.denied() && c.fact().equals(truth));
      boolean refutes = no || answers.stream().anyMatch(c -> c.denied() && c.fact().equals(claim));
      boolean wrongWord = claimTrue() ? no : yes;
      double help = answers.isEmpty() ? 0.5 : 0.7;
      help += saysTruth ? 0.15 : 0;
      help += claimTrue() ? (yes ? 0.15 : 0.05) : (refutes ? 0.15 : 0);
      double noise =
          0.2
              * reading.claims().stream()
                  .filter(c -> !c.fact().thing().equals(truth.thing()))
                  .count();
      Findings found = Findings.open(true, help - noise, reading.claims(), world);
      return wrongWord && found.falseClaims() == 0 ? found.withFalse(1) : found;
    }

    @Override
    public int longest() {
      return 28;
    }
  }
}
