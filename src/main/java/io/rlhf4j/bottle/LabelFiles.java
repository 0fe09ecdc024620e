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

  /** rankings.jsonl, which {@link #rank} makes. */
  Path rankings() {
    return folder.resolve("rankings.jsonl");
  }

  boolean areRanked() {
    return Files.exists(rankings()); // the last of them to be written
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
   * Has outputs of the policies ranked: for training, and held out by training and by held-out
   * labelers.
   */
  void rank(List<Policy> policies) {
    List<SimPrompt> asked =
        prompts.api(config.data().rankings(), Split.TRAIN, Seeds.mix(config.seed(), "rankings"));
    List<List<Completion>> outputs =
        Labels.outputs(
            policies,
            asked,
            config.data().rankedOutputs(),
            config.evaluation().maxNewTokens(),
            Seeds.mix(config.seed(), "ranked outputs"));
    pool = pool.calibratedOn(asked, outputs, config.seed());
    AtomicFile.write(folder.resolve("noise.txt"), pool.noiseScale() + "\n");
    int cut = asked.size() - asked.size() / HELD_OUT;
    List<SimPrompt> held = asked.subList(cut, asked.size());
    List<List<Completion>> heldOutputs = outputs.subList(cut, asked.size());
    write("rankings-valid.jsonl", Labels.rankings(pool.training(), held, heldOutputs));
    write(
        "rankings-valid-held-out-labelers.jsonl",
        Labels.rankings(pool.heldOut(), held, heldOutputs));
    agreementStudy(held, heldOutputs);
    List<SimPrompt> training = asked.subList(0, cut);
    List<List<Completion>> shown =
        Labels.withOffTopic(
            training, outputs.subList(0, cut), Seeds.mix(config.seed(), "off-topic"));
    DataFiles.writeRankings(rankings(), Labels.rankings(pool.training(), training, shown));
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
