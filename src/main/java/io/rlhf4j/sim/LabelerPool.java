package io.rlhf4j.sim;

import io.rlhf4j.data.Completion;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Split;
import java.util.ArrayList;
import java.util.List;

/**
 * The simulated labelers: those who produce training data and those who only evaluate. Their noise
 * is calibrated so that two of them agree on about 73% of the pairs on which neither sees a tie, as
 * the paper's labelers do (72.6 +- 1.5%).
 */
public final class LabelerPool {
  /** The agreement that the noise is calibrated to. */
  public static final double AGREEMENT = 0.73;

  private static final int CALIBRATION_CASES = 4_000;

  /** Couples of labelers that are asked about each pair. */
  private static final int COUPLES = 5;

  /** Two completions of one prompt. */
  record Case(SimPrompt prompt, String first, String second) {}

  private final World world;
  private final List<SimLabeler> training;
  private final List<SimLabeler> heldOut;
  private final double noiseScale;

  private LabelerPool(
      World world, List<SimLabeler> training, List<SimLabeler> heldOut, double noiseScale) {
    this.world = world;
    this.training = List.copyOf(training);
    this.heldOut = List.copyOf(heldOut);
    this.noiseScale = noiseScale;
  }

  public static LabelerPool create(World world, long seed, int training, int heldOut) {
    return create(world, new GoldScorer(world), seed, training, heldOut);
  }

  /** Draws the labelers and finds the noise at which training labelers agree as people do. */
  public static LabelerPool create(
      World world, GoldScorer scorer, long seed, int training, int heldOut) {
    if (training < 2) {
      throw new InputException(
          "labelers.training must be at least 2 (agreement is counted between two), was "
              + training);
    }
    if (heldOut < 0) {
      throw new InputException("labelers.held_out must not be negative, was " + heldOut);
    }
    List<SimLabeler> quiet = draw("labeler", training, world, scorer, seed);
    List<SimLabeler> others = draw("held-out", heldOut, world, scorer, seed);
    double scale = calibrate(quiet, cases(world, CALIBRATION_CASES, seed), seed);
    return new LabelerPool(
        world,
        quiet.stream().map(l -> l.withNoise(scale)).toList(),
        others.stream().map(l -> l.withNoise(scale)).toList(),
        scale);
  }

  private static List<SimLabeler> draw(
      String stem, int count, World world, GoldScorer scorer, long seed) {
    List<SimLabeler> labelers = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      String id = String.format("%s-%02d", stem, i);
      Dice dice = new Dice(Dice.seed(seed, "labeler", id));
      labelers.add(new SimLabeler(id, SimLabeler.Character.draw(dice), 0, world, scorer, seed));
    }
    return labelers;
  }

  /** Halves the interval until the agreement is met; more noise means less agreement. */
  private static double calibrate(List<SimLabeler> labelers, List<Case> cases, long seed) {
    List<Judged> judged = judged(labelers, cases, seed, Criteria.TRAINING);
    double low = 0;
    double high = 8;
    for (int i = 0; i < 20; i++) {
      double scale = (low + high) / 2;
      if (agreement(judged, scale) > AGREEMENT) {
        low = scale;
      } else {
        high = scale;
      }
    }
    return (low + high) / 2;
  }

  /**
   * The same people, their noise set so that training labelers agree on these outputs as people do
   * on the outputs they are given (paper, section 3.4: 73%). The outputs of one model are closer to
   * each other than the mixture that {@link #create} assumes, so the same noise would drown them.
   *
   * @param outputs per prompt, what models wrote
   */
  public LabelerPool calibratedOn(
      List<SimPrompt> prompts, List<List<Completion>> outputs, long seed) {
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      List<Completion> written = outputs.get(i);
      for (int j = 0; j + 1 < written.size(); j++) {
        cases.add(new Case(prompts.get(i), written.get(j).text(), written.get(j + 1).text()));
      }
    }
    return withNoise(calibrate(training, cases, seed));
  }

  /** The same people with another {@link #noiseScale}. */
  public LabelerPool withNoise(double scale) {
    return new LabelerPool(
        world,
        training.stream().map(l -> l.withNoise(scale)).toList(),
        heldOut.stream().map(l -> l.withNoise(scale)).toList(),
        scale);
  }

  public List<SimLabeler> training() {
    return training;
  }

  public List<SimLabeler> heldOut() {
    return heldOut;
  }

  /** Standard deviation of an average labeler's judgement, in Likert points. */
  public double noiseScale() {
    return noiseScale;
  }

  /** The training labeler whose turn a prompt is; always the same for the same prompt. */
  public SimLabeler assigned(SimPrompt prompt) {
    long turn = Dice.seed(29, prompt.prompt().id());
    return training.get((int) Math.floorMod(turn, (long) training.size()));
  }

  /**
   * Share of pairs on which two of these labelers prefer the same text, over pairs that neither
   * ties, on fresh prompts with realistic completions.
   */
  public double agreement(List<SimLabeler> labelers, int cases, long seed, Criteria criteria) {
    return agreement(judged(labelers, cases(world, cases, seed), seed, criteria), noiseScale);
  }

  /** What one labeler makes of a pair: the difference they see, and how their noise shifts it. */
  private record View(double difference, double noise, double tie) {
    int verdict(double scale) {
      double seen = difference + scale * noise;
      return Math.abs(seen) <= tie ? 0 : seen > 0 ? 1 : -1;
    }
  }

  /** Two labelers' views of the same pair. */
  private record Judged(View first, View second) {}

  private static List<Judged> judged(
      List<SimLabeler> labelers, List<Case> cases, long seed, Criteria criteria) {
    Dice dice = new Dice(Dice.seed(seed, "agreement"));
    List<Judged> judged = new ArrayList<>();
    for (Case pair : cases) {
      GoldScore first = labelers.get(0).score(pair.prompt(), pair.first());
      GoldScore second = labelers.get(0).score(pair.prompt(), pair.second());
      for (int i = 0; i < COUPLES; i++) {
        List<SimLabeler> two = dice.some(labelers, 2);
        judged.add(
            new Judged(
                view(two.get(0), pair, first, second, criteria),
                view(two.get(1), pair, first, second, criteria)));
      }
    }
    return judged;
  }

  private static View view(
      SimLabeler labeler, Case pair, GoldScore first, GoldScore second, Criteria criteria) {
    return new View(
        labeler.worth(pair.first(), first, criteria)
            - labeler.worth(pair.second(), second, criteria),
        labeler.noise(pair.prompt(), pair.first()) - labeler.noise(pair.prompt(), pair.second()),
        labeler.tie());
  }

  private static double agreement(List<Judged> judged, double scale) {
    int same = 0;
    int both = 0;
    for (Judged pair : judged) {
      int a = pair.first().verdict(scale);
      int b = pair.second().verdict(scale);
      if (a != 0 && b != 0) {
        both++;
        same += a == b ? 1 : 0;
      }
    }
    return both == 0 ? Double.NaN : same / (double) both;
  }

  /** Pairs as an untuned and a tuned model would write them: half demonstrations, some broken. */
  static List<Case> cases(World world, int count, long seed) {
    Dice dice = new Dice(Dice.seed(seed, "cases"));
    Web web = new Web(world);
    List<SimPrompt> prompts = new Prompts(world).api(count, Split.VALID, seed);
    List<Case> cases = new ArrayList<>();
    for (SimPrompt prompt : prompts) {
      String first = realistic(world, web, prompt, prompts, dice);
      String second = realistic(world, web, prompt, prompts, dice);
      if (!first.equals(second)) {
        cases.add(new Case(prompt, first, second));
      }
    }
    return cases;
  }

  /** A completion such as models write: demonstrations, corrupted ones, web-like continuations. */
  static String realistic(
      World world, Web web, SimPrompt prompt, List<SimPrompt> prompts, Dice dice) {
    return switch (dice.weighted(60, 35, 5)) {
      case 0 -> Faults.demonstration(world, prompt.task(), 0.75, dice);
      case 1 -> Faults.corrupted(world, prompt.task(), dice.one(prompts).task(), dice);
      default -> {
        Web.Genre genre = Web.Genre.values()[dice.between(0, Web.Genre.values().length - 1)];
        List<String> words = List.of(web.document(genre, dice.nextSeed()).split(" "));
        yield String.join(" ", words.subList(0, Math.min(words.size(), dice.between(5, 35))));
      }
    };
  }
}
