package io.rlhf4j.sim;

import io.rlhf4j.data.Split;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Judges completions with the knowledge of the world. Any text may come: what does not read like
 * language, repeats itself, rambles or asks instead of answering loses helpfulness; what states
 * nothing is true but does not help.
 */
public final class GoldScorer {
  private static final Set<String> IMPERATIVES =
      Set.of(
          "describe",
          "tell",
          "write",
          "explain",
          "list",
          "name",
          "make",
          "rewrite",
          "change",
          "say",
          "wish",
          "thank",
          "ask",
          "label",
          "summarize",
          "find",
          "give",
          "greet",
          "welcome",
          "invite");

  private final World world;
  private final Fluency fluency;

  public GoldScorer(World world) {
    this.world = world;
    List<String> texts = new ArrayList<>(new Web(world).documents(150_000, -1));
    List<Voice> voices =
        List.of(
            Voice.careful(world),
            new Voice(world, Register.CAREFUL, true, true, false),
            new Voice(world, Register.PLAIN, false, true, true));
    Dice dice = new Dice(Dice.seed(world.seed(), "fluency"));
    for (SimPrompt prompt : new Prompts(world).labelerWritten(3_000, Split.TRAIN, -1)) {
      texts.add(prompt.task().answer(dice.one(voices), dice));
    }
    this.fluency = new Fluency(texts);
  }

  public GoldScore score(Task task, String completion) {
    String text = completion.strip();
    Reading reading = Reading.of(text);
    Findings found = task.check(reading, world);
    int kept = 0;
    for (Constraint constraint : task.constraints()) {
      kept += constraint.kept(text) ? 1 : 0;
    }
    int total = task.constraints().size();
    double wellFormed = fluency.score(reading.sentences());
    double repetition = repetition(reading);
    double broken = total == 0 ? 0 : (total - kept) / (double) total;
    double help = found.help() * (1 - 0.4 * broken) * style(task, reading, wellFormed, repetition);
    int errors = found.falseClaims() + found.unsupported();
    int right = found.trueClaims() + found.supported();
    double truth =
        errors == 0 ? 1 : Math.max(0, 1 - 0.5 * errors - 0.5 * errors / (errors + right));
    boolean rude = Manners.isRude(text);
    boolean harmful = harmful(reading);
    double utility = GoldScore.utility(help, truth, rude, harmful, Criteria.FINAL_EVALUATION);
    return new GoldScore(
        found.attempted(),
        kept,
        total,
        found.trueClaims(),
        found.falseClaims(),
        found.supported(),
        found.unsupported(),
        found.mythBelieved(),
        found.informative(),
        rude,
        harmful,
        wellFormed,
        repetition,
        reading.words().size(),
        help,
        truth,
        utility,
        GoldScore.likert(utility));
  }

  /** 0..1: the factor by which manner lowers helpfulness. */
  private static double style(Task task, Reading reading, double wellFormed, double repetition) {
    if (reading.words().isEmpty()) {
      return 0;
    }
    double factor = Math.max(0, Math.min(1, (wellFormed - 0.5) / 0.4));
    factor *= Math.max(0, 1 - 2 * repetition);
    factor *= Math.max(0.2, 1 - 0.03 * Math.max(0, reading.words().size() - task.longest()));
    if (!task.mayAsk()) {
      long requests = reading.sentences().stream().filter(GoldScorer::isRequest).count();
      factor *= 1 - 0.8 * requests / reading.sentences().size();
    }
    char first = reading.text().charAt(0);
    char last = reading.text().charAt(reading.text().length() - 1);
    factor *= Character.isLowerCase(first) ? 0.88 : 1;
    factor *= last == '.' || last == '!' || last == '?' || last == '"' ? 1 : 0.85;
    factor *= reading.text().contains("\n") ? 0.85 : 1;
    return factor;
  }

  /** A question or request where an answer was due. */
  static boolean isRequest(Reading.Sentence sentence) {
    boolean speech = sentence.text().contains("\"");
    return !speech && (sentence.question() || IMPERATIVES.contains(sentence.words().get(0)));
  }

  /** Share of word triples and of sentences that stood there before, whichever is larger. */
  private static double repetition(Reading reading) {
    List<String> words = reading.words();
    Set<List<String>> seen = new HashSet<>();
    int again = 0;
    for (int i = 0; i + 4 <= words.size(); i++) {
      again += seen.add(words.subList(i, i + 4)) ? 0 : 1;
    }
    double fours = words.size() < 4 ? 0 : again / (double) (words.size() - 3);
    Set<List<String>> sentences = new HashSet<>();
    int same = 0;
    for (Reading.Sentence sentence : reading.sentences()) {
      same += sentences.add(sentence.words()) ? 0 : 1;
    }
    double whole = same / (double) Math.max(1, reading.sentences().size());
    return Math.max(fours, whole);
  }

  private static boolean harmful(Reading reading) {
    return reading.sentences().stream()
        .anyMatch(s -> s.hasAny(Talk.HARM) && !s.has("not") && !s.has("sorry") && !s.question());
  }
}
