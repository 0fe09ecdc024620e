package io.rlhf4j.bottle;

import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.Comparison;
import io.rlhf4j.data.Completion;
import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Split;
import io.rlhf4j.sim.LabelerPool;
import io.rlhf4j.sim.Prompts;
import io.rlhf4j.sim.SimPrompt;
import io.rlhf4j.sim.World;
import io.rlhf4j.train.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The folder {@code labels/} of a bottle: what its simulated people were asked and what they said.
 * A file that is there is not made again.
 */
final class LabelFiles {
  /** Of the prompts whose outputs are ranked, one in so many is held out. */
  private static final int HELD_OUT = 8;

  private final BottleConfig config;
  private final Path folder;
  private final Prompts prompts;
  private volatile LabelerPool pool;

  LabelFiles(BottleConfig config, Path root, World world) {
    this.config = config;
    this.folder = root.resolve("labels");
    this.prompts = new Prompts(world);
    this.pool =
        LabelerPool.create(
            world,
            config.seed(),
            config.data().trainingLabelers(),
            config.data().heldOutLabelers());
  }

  /** The people; after the rankings with the noise that was set for them. */
  LabelerPool pool() {
    return pool;
  }

  /** demonstrations.jsonl. */
  Path demonstrations() {
    Path file = folder.resolve("demonstrations.jsonl");
    if (!Files.exists(file)) {
      List<SimPrompt> asked =
          prompts.labelerWritten(
              config.data().demonstrations(),
              Split.TRAIN,
              Seeds.mix(config.seed(), "demonstrations"));
      DataFiles.writeDemonstrations(file, Labels.demonstrations(pool, asked));
    }
    return file;
  }

  /** ppo-prompts.jsonl. */
  Path ppoPrompts() {
    Path file = folder.resolve("ppo-prompts.jsonl");
    if (!Files.exists(file)) {
      DataFiles.writePrompts(file, ppo().stream().map(SimPrompt::prompt).toList());
    }
    return file;
  }

  /** The prompts of {@link #ppoPrompts} with what the world knows of them. */
  List<SimPrompt> ppo() {
    return prompts.api(config.data().ppoPrompts(), Split.TRAIN, Seeds.mix(config.seed(), "ppo"));
  }

  /** rankings.jsonl: both rounds. */
  Path rankings() {
    return folder.resolve("rankings.jsonl");
  }

  /** rankings-first-round.jsonl: of outputs of the supervised models. */
  Path firstRound() {
    return folder.resolve("rankings-first-round.jsonl");
  }

  boolean areRanked() {
    return Files.exists(firstRound()); // the last of their round to be written
  }

  boolean areRankedAgain() {
    return Files.exists(rankings());
  }

  /** Takes up the noise of rankings that were made before. */
  void resumeNoise() {
    Path noise = folder.resolve("noise.txt");
    try {
      pool = pool.withNoise(Double.parseDouble(Files.readString(noise).strip()));
    } catch (IOException e) {
      throw new InputException("cannot read " + noise + ": " + e.getMessage(), e);
    }
  }

  /**
   * The first round: has outputs of the supervised models ranked, for training and held out by
   * training and by held-out labelers.
   */
  void rank(List<Policy> policies) {
    List<SimPrompt> held = asked().subList(training(), config.data().rankings());
    List<SimPrompt> training = asked().subList(0, training() - config.data().secondRound());
    List<SimPrompt> both = new ArrayList<>(training);
    both.addAll(held);
    List<List<Completion>> outputs = outputs(policies, both, "ranked outputs");
    pool = pool.calibratedOn(both, outputs, config.seed());
    AtomicFile.write(folder.resolve("noise.txt"), pool.noiseScale() + "\n");
    List<List<Completion>> heldOutputs = outputs.subList(training.size(), both.size());
    write("rankings-valid.jsonl", Labels.rankings(pool.training(), held, heldOutputs));
    write(
        "rankings-valid-held-out-labelers.jsonl",
        Labels.rankings(pool.heldOut(), held, heldOutputs));
    agreementStudy(held, heldOutputs);
    DataFiles.writeRankings(
        firstRound(), rankings(training, outputs.subList(0, training.size()), "off-topic"));
  }

  /**
   * The second round: has outputs of a first PPO policy ranked, for what a reward model that has
   * seen the supervised models only mistakes for good.
   */
  void rankAgain(Policy policy) {
    List<SimPrompt> training =
        asked().subList(training() - config.data().secondRound(), training());
    List<List<Completion>> outputs = outputs(List.of(policy), training, "second round");
    List<Ranking> both = new ArrayList<>(DataFiles.readRankings(firstRound()));
    both.addAll(rankings(training, outputs, "off-topic, second round"));
    DataFiles.writeRankings(rankings(), both);
  }

  private List<SimPrompt> asked() {
    return prompts.api(config.data().rankings(), Split.TRAIN, Seeds.mix(config.seed(), "rankings"));
  }

  /** How many of the prompts are not held out. */
  private int training() {
    return config.data().rankings() - config.data().rankings() / HELD_OUT;
  }

  private List<List<Completion>> outputs(
      List<Policy> policies, List<SimPrompt> asked, String randomness) {
    return Labels.outputs(
        policies,
        asked,
        config.data().rankedOutputs(),
        config.evaluation().maxNewTokens(),
        Seeds.mix(config.seed(), randomness));
  }

  private List<Ranking> rankings(
      List<SimPrompt> asked, List<List<Completion>> outputs, String randomness) {
    List<List<Completion>> shown =
        Labels.withOffTopic(asked, outputs, Seeds.mix(config.seed(), randomness));
    return Labels.rankings(pool.training(), asked, shown);
  }

  /** Some prompts are ranked by three labelers of each group, to see how far they agree. */
  private void agreementStudy(List<SimPrompt> held, List<List<Completion>> outputs) {
    List<SimPrompt> asked = held.subList(0, Math.min(100, held.size()));
    List<Ranking> training = new ArrayList<>();
    List<Ranking> heldOut = new ArrayList<>();
    for (int judge = 0; judge < 3; judge++) {
      training.addAll(Labels.rankings(rotated(pool.training(), judge), asked, outputs));
      heldOut.addAll(Labels.rankings(rotated(pool.heldOut(), judge), asked, outputs));
    }
    write("agreement-training.jsonl", training);
    write("agreement-held-out.jsonl", heldOut);
  }

  private static <T> List<T> rotated(List<T> list, int by) {
    List<T> rotated = new ArrayList<>(list);
    Collections.rotate(rotated, by);
    return rotated;
  }

  /** comparisons-dpo.jsonl: of every ranking, a pair with its first completion. */
  synchronized Path comparisons() {
    Path file = folder.resolve("comparisons-dpo.jsonl");
    if (!Files.exists(file)) {
      List<Comparison> chosen = new ArrayList<>();
      for (Ranking ranking : DataFiles.readRankings(rankings())) {
        String first = ranking.completions().get(0);
        ranking.comparisons().stream()
            .filter(c -> c.chosen().equals(first) || c.rejected().equals(first))
            .findFirst()
            .ifPresent(chosen::add);
      }
      DataFiles.writeComparisons(file, chosen);
    }
    return file;
  }

  private void write(String name, List<Ranking> rankings) {
    DataFiles.writeRankings(folder.resolve(name), rankings);
  }
}
