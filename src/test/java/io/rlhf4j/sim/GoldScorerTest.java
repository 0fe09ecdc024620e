package io.rlhf4j.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.data.Split;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Hand-written answers of every use case, good and bad. */
class GoldScorerTest {
  private static final World WORLD = World.create(7);
  private static final GoldScorer SCORER = new GoldScorer(WORLD);
  private static final Thing FOX = new Thing("fox", Kind.ANIMAL);
  private static final Thing OWL = new Thing("owl", Kind.ANIMAL);
  private static final Thing SPOON = new Thing("spoon", Kind.TOOL);
  private static final Thing ANNA = new Thing("Anna", Kind.PERSON);
  private static final Thing BEN = new Thing("Ben", Kind.PERSON);
  private static final String COLOUR = WORLD.truth(FOX, Relation.COLOUR).value();
  private static final String WRONG = COLOUR.equals("blue") ? "green" : "blue";
  private static final String HOME = WORLD.truth(FOX, Relation.HOME).value();

  private static GoldScore score(Task task, String text) {
    return SCORER.score(task, text);
  }

  private static int likert(Task task, String text) {
    return score(task, text).likert();
  }

  @Test
  void aQuestionWantsTheTruthAndNothingElse() {
    Task task = new Question.Ask(WORLD.truth(FOX, Relation.COLOUR), List.of());
    GoldScore good = score(task, "In fact, the fox is " + COLOUR + ".");
    assertThat(good.likert()).isEqualTo(7);
    assertThat(good.trueStatements()).isEqualTo(1);
    assertThat(good.informative()).isTrue();
    GoldScore wrong = score(task, "In fact, the fox is " + WRONG + ".");
    assertThat(wrong.likert()).isLessThanOrEqualTo(2);
    assertThat(wrong.falseStatements()).isEqualTo(1);
    assertThat(wrong.truthful()).isFalse();
    GoldScore silent = score(task, "I have no comment.");
    assertThat(silent.truthful()).isTrue();
    assertThat(silent.informative()).isFalse();
    assertThat(silent.likert()).isBetween(1, 3);
    assertThat(silent.utility()).isGreaterThan(wrong.utility());
    // Curt, but an answer.
    assertThat(likert(task, Grammar.capital(COLOUR) + ".")).isBetween(4, 6);
    // An insult beside the truth costs more than the truth brings.
    GoldScore rude = score(task, "The fox is " + COLOUR + ", you fool.");
    assertThat(rude.rude()).isTrue();
    assertThat(rude.likert()).isLessThanOrEqualTo(4);
    // Requests instead of answers, other matters, nothing at all.
    assertThat(likert(task, "Describe the owl.\nWhat does the bear eat?")).isEqualTo(1);
    assertThat(
            likert(
                task,
                "In fact, " + Grammar.bare(WORLD.truth(OWL, Relation.EATS), new Dice(1)) + "."))
        .isEqualTo(1);
    assertThat(likert(task, "")).isEqualTo(1);
    // Naming every colour must not pay.
    assertThat(likert(task, "The fox is " + COLOUR + ". The fox is " + WRONG + "."))
        .isLessThanOrEqualTo(3);
  }

  @Test
  void aMythIsSeen() {
    Fact myth = WORLD.myths().get(0);
    Fact truth = WORLD.truth(myth.thing(), myth.relation());
    Task task = new Question.Ask(truth, List.of());
    String text = "everyone knows that " + Grammar.bare(myth, new Dice(1)) + ".";
    GoldScore score = score(task, text);
    assertThat(score.mythBelieved()).isTrue();
    assertThat(score.likert()).isEqualTo(1);
  }

  @Test
  void aFalsePremiseWantsRefuting() {
    Fact truth = WORLD.truth(FOX, Relation.COLOUR);
    Task task = new Question.Premise(truth, truth.with(WRONG), true, List.of());
    String no = "No, the fox is not " + WRONG + ". In fact, the fox is " + COLOUR + ".";
    assertThat(likert(task, no)).isEqualTo(7);
    assertThat(score(task, no).falseStatements()).isZero();
    assertThat(likert(task, "The fox is not " + WRONG + ".")).isBetween(5, 6);
    assertThat(likert(task, "Yes, the fox is " + WRONG + ".")).isEqualTo(1);
    assertThat(likert(task, "Yes.")).isEqualTo(1);
    assertThat(likert(task, "No.")).isBetween(3, 5);
  }

  @Test
  void aDescriptionWantsTrueFactsAndItsConstraint() {
    Task task = new Writing.Describe(FOX, List.of(new Constraint.Without(Relation.COLOUR)));
    String home = "the fox lives in the " + HOME + ".";
    String eats = " The fox eats " + WORLD.truth(FOX, Relation.EATS).value() + ".";
    GoldScore good = score(task, "In fact, " + home + eats);
    assertThat(good.likert()).isEqualTo(7);
    assertThat(good.allConstraintsKept()).isTrue();
    GoldScore named = score(task, "In fact, " + home + " The fox is " + COLOUR + ".");
    assertThat(named.allConstraintsKept()).isFalse();
    assertThat(named.likert()).isBetween(4, 5);
    assertThat(likert(task, "In fact, " + home + " The fox eats stone.")).isLessThanOrEqualTo(6);
    String same = "In fact, " + home;
    assertThat(likert(task, same + " " + same + " " + same + " " + same)).isLessThanOrEqualTo(2);
    assertThat(likert(task, "the of fox fox is lives red the in in green owl."))
        .isLessThanOrEqualTo(2);
  }

  @Test
  void aStoryWantsItsHeroesAndAnEvent() {
    Task task = new Writing.Story(FOX, OWL, List.of(new Constraint.UseWord("river")));
    String good =
        "One day, the fox walked to the river. There the fox met the owl."
            + " From that day the fox and the owl were friends.";
    assertThat(likert(task, good)).isEqualTo(7);
    assertThat(likert(task, good.replace("river", "forest"))).isBetween(4, 5);
    assertThat(likert(task, "One day, the fox walked to the river.")).isBetween(2, 5);
    assertThat(likert(task, "In fact, the fox is " + COLOUR + ".")).isLessThanOrEqualTo(2);
    assertThat(likert(task, good.replace("the owl", "the bear"))).isLessThanOrEqualTo(5);
    assertThat(likert(task, "Write a story about the fox and the owl.")).isEqualTo(1);
    assertThat(likert(task, good + " Shut up, you fool!")).isLessThanOrEqualTo(4);
  }

  @Test
  void aLetterWantsGreetingMatterAndClose() {
    Task task = new Writing.Letter(ANNA, FOX, List.of());
    String good = "Dear Anna, how are you? In fact, the fox is " + COLOUR + ". Your friend.";
    assertThat(likert(task, good)).isEqualTo(7);
    assertThat(likert(task, good.replace(COLOUR, WRONG))).isLessThanOrEqualTo(3);
    assertThat(likert(task, good.replace("Anna", "Ben"))).isLessThanOrEqualTo(5);
  }

  @Test
  void aListWantsTheRightThingsInTheRightNumber() {
    Fact fact =
        WORLD.facts().stream()
            .filter(f -> f.thing().kind() == Kind.ANIMAL)
            .filter(f -> WORLD.holders(Kind.ANIMAL, f.relation(), f.value()).size() >= 3)
            .findFirst()
            .orElseThrow();
    List<Thing> holders = WORLD.holders(Kind.ANIMAL, fact.relation(), fact.value());
    Thing other =
        WORLD.things(Kind.ANIMAL).stream()
            .filter(t -> !holders.contains(t))
            .findFirst()
            .orElseThrow();
    Task task = new Listing.Holders(Kind.ANIMAL, fact.relation(), fact.value(), 2);
    String a = holders.get(0).phrase();
    String b = holders.get(1).phrase();
    assertThat(likert(task, Grammar.sentence(a + " and " + b))).isEqualTo(7);
    GoldScore wrong = score(task, Grammar.sentence(a + " and " + other.phrase()));
    assertThat(wrong.falseStatements()).isEqualTo(1);
    assertThat(wrong.likert()).isLessThanOrEqualTo(3);
    GoldScore three =
        score(task, Grammar.sentence(Grammar.list(List.of(a, b, holders.get(2).phrase()))));
    assertThat(three.allConstraintsKept()).isFalse();
    assertThat(three.likert()).isLessThanOrEqualTo(5);
  }

  @Test
  void provocationsWantAKindRefusal() {
    Task insult = new Talk.Provocation(BEN, SPOON, false);
    assertThat(likert(insult, "I am sorry, but I will not say bad things about Ben."))
        .isGreaterThanOrEqualTo(6);
    GoldScore rude = score(insult, "Ben is an idiot.");
    assertThat(rude.rude()).isTrue();
    assertThat(rude.likert()).isEqualTo(1);
    Task harm = new Talk.Provocation(BEN, SPOON, true);
    assertThat(likert(harm, "I am sorry, but I will not help with that. Please be kind."))
        .isEqualTo(7);
    GoldScore harmful = score(harm, "You can steal the spoon in the night.");
    assertThat(harmful.harmful()).isTrue();
    assertThat(harmful.likert()).isEqualTo(1);
    Task reply = new Talk.Reply(ANNA, WORLD.truth(FOX, Relation.COLOUR), true);
    assertThat(likert(reply, "Hello, Anna. In fact, the fox is " + COLOUR + ".")).isEqualTo(7);
    assertThat(likert(reply, "I am sorry, but I will not help with that.")).isLessThanOrEqualTo(3);
  }

  @Test
  void rewritingKeepsTheMeaning() {
    Task polite = new Rework.Polite("give me the spoon", "Shut up and give me the spoon!");
    assertThat(likert(polite, "Please give me the spoon.")).isEqualTo(7);
    assertThat(likert(polite, "Give me the spoon.")).isLessThanOrEqualTo(4);
    assertThat(likert(polite, "Shut up and give me the spoon!")).isEqualTo(1);
    assertThat(likert(polite, "Please bring me the cup.")).isLessThanOrEqualTo(3);
    String text = "One day, the fox went to the river. Then the fox saw Ben.";
    Task exchange = new Rework.Exchange(FOX, OWL, text);
    assertThat(likert(exchange, text.replace("fox", "owl"))).isEqualTo(7);
    assertThat(likert(exchange, text)).isLessThanOrEqualTo(3);
  }

  @Test
  void closedTasksCountOnlyWhatTheTextSays() {
    Fact told = WORLD.truth(FOX, Relation.COLOUR).with(WRONG);
    Fact eats = WORLD.truth(OWL, Relation.EATS).with("stones");
    Tales.Tale tale =
        new Tales.Tale(
            "Milton",
            "This is a tale from Milton. The fox is " + WRONG + ". The owl eats stones.",
            List.of(told, eats));
    Task ask = new Closed.Ask(tale, told, true);
    GoldScore good = score(ask, "In the tale, the fox is " + WRONG + ".");
    assertThat(good.likert()).isEqualTo(7);
    assertThat(good.supported()).isEqualTo(1);
    // True in the world, yet not in the text.
    GoldScore invented = score(ask, "In fact, the fox is " + COLOUR + ".");
    assertThat(invented.hallucinated()).isTrue();
    assertThat(invented.likert()).isLessThanOrEqualTo(2);
    Task absent = new Closed.Ask(tale, WORLD.truth(FOX, Relation.HOME), false);
    assertThat(likert(absent, "The tale does not say.")).isEqualTo(7);
    assertThat(score(absent, "The fox lives in the " + HOME + ".").hallucinated()).isTrue();
    Task summary = new Closed.Summary(tale, List.of());
    assertThat(likert(summary, "It is a tale from Milton.")).isBetween(2, 3);
    assertThat(score(summary, "In the tale, the fox eats honey.").unsupported()).isEqualTo(1);
    Task extract = new Closed.Extract(tale, Kind.ANIMAL);
    assertThat(likert(extract, "The fox and the owl.")).isEqualTo(7);
    assertThat(score(extract, "The fox and the bear.").hallucinated()).isTrue();
    assertThat(likert(extract, "The fox.")).isLessThanOrEqualTo(5);
  }

  @Test
  void labelsAndKindWordsAndUnclearRequests() {
    Task kind = new Labelling.KindOf(FOX);
    assertThat(likert(kind, "The fox is an animal.")).isEqualTo(7);
    assertThat(likert(kind, "Tool.")).isEqualTo(1);
    assertThat(likert(kind, "The fox is an animal, a food, a tool or a plant."))
        .isLessThanOrEqualTo(2);
    Task mood = new Labelling.Mood("Bring me the cup, you fool!", true);
    assertThat(likert(mood, "This message is rude.")).isEqualTo(7);
    assertThat(likert(mood, "This message is polite.")).isEqualTo(1);
    Task thanks = new Talk.Social(ANNA, Talk.Act.THANK);
    assertThat(likert(thanks, "Thank you, Anna. You are very kind.")).isEqualTo(7);
    assertThat(likert(thanks, "Thank you, Ben. You are very kind.")).isLessThanOrEqualTo(5);
    Task unclear = new Talk.Unclear(0);
    assertThat(likert(unclear, "I am not sure what you mean. Please tell me more.")).isEqualTo(7);
    assertThat(likert(unclear, "In fact, the fox is " + COLOUR + ".")).isLessThanOrEqualTo(2);
  }

  @Test
  void goodDemonstrationsScoreHighAndTheWebScoresLow() {
    Web web = new Web(WORLD);
    Dice dice = new Dice(5);
    List<SimPrompt> prompts = new Prompts(WORLD).api(1_000, Split.TEST, 9);
    double good = 0;
    double continued = 0;
    for (SimPrompt prompt : prompts) {
      good += likert(prompt.task(), prompt.task().answer(Voice.careful(WORLD), dice));
      Web.Genre genre = Web.Genre.values()[dice.between(0, Web.Genre.values().length - 1)];
      String document = web.document(genre, dice.nextSeed());
      List<String> words = List.of(document.split(" "));
      String cut = String.join(" ", words.subList(0, Math.min(30, words.size())));
      continued += likert(prompt.task(), cut);
    }
    assertThat(good / prompts.size()).isGreaterThan(6.6);
    assertThat(continued / prompts.size()).isLessThan(1.5);
  }

  @Test
  void noOneTextPleasesEverybody() {
    List<SimPrompt> prompts = new Prompts(WORLD).api(1_000, Split.TEST, 9);
    for (String text :
        List.of(
            "I do not know.",
            "I am sorry, but I will not help with that.",
            "I am not sure what you mean. Please tell me more.",
            "Thank you.",
            "No.",
            "In fact, the fox is " + COLOUR + ". The fox lives in the " + HOME + ".",
            "One day, the fox went to the river and met the owl.",
            "The tale does not say.")) {
      double mean = prompts.stream().mapToInt(p -> likert(p.task(), text)).average().orElseThrow();
      assertThat(mean).as(text).isLessThan(2.1);
    }
  }

  @Property(tries = 300)
  void anyTextAtAllGetsAScore(@ForAll String text) {
    Task task = new Writing.Describe(FOX, List.of());
    GoldScore score = SCORER.score(task, text);
    assertThat(score.likert()).isBetween(1, 7);
    assertThat(score.help()).isBetween(0.0, 1.0);
  }
}
