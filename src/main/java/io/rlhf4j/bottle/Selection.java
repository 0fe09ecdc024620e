package io.rlhf4j.bottle;

import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Sample;
import io.rlhf4j.sim.SimPrompt;
import io.rlhf4j.stage.ScalarFolder;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which epoch of supervised fine-tuning is the best: the one whose answers to validation prompts
 * score highest with the reward model (paper, App. C.1; the validation loss overfits earlier).
 */
final class Selection {
  private static final String FILE = "selected.txt";
  private static final int BATCH = 128;

  private Selection() {}

  /** The selected model of a fine-tuning folder; its last epoch as long as nothing is selected. */
  static Path modelOf(Path sft) {
    Path file = sft.resolve(FILE);
    if (!Files.exists(file)) {
      return sft.resolve("model");
    }
    try {
      return sft.resolve("epochs").resolve(Files.readString(file).strip().split(" ")[0]);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Scores every kept epoch and writes down the best.
   *
   * @param sft folder of the fine-tuning run, which holds {@code epochs/}
   * @param reward folder of the reward model
   */
  static void select(
      Path sft,
      int epochs,
      Path reward,
      List<SimPrompt> prompts,
      int maxNewTokens,
      Precision precision,
      long seed) {
    if (Files.exists(sft.resolve(FILE))) {
      return;
    }
    String best = "";
    double bestScore = Double.NEGATIVE_INFINITY;
    try (Tokenizer tokenizer = Tokenizer.load(reward)) {
      PromptFormat format = PromptFormat.of(PromptStyle.PLAIN, tokenizer);
      RewardModel model = ScalarFolder.read(reward, tokenizer, precision, false);
      List<String> texts = prompts.stream().map(p -> p.prompt().text()).toList();
      for (int epoch = 1; epoch <= epochs; epoch++) {
        String name = "epoch-" + epoch;
        try (Policy policy =
            Policy.load("SFT", "", sft.resolve("epochs").resolve(name), precision)) {
          List<Sample> samples = new ArrayList<>();
          List<Policy.Answer> answers = policy.answers(texts, maxNewTokens, seed);
          for (int i = 0; i < answers.size(); i++) {
            samples.add(
                new Sample(
                    format.promptIds(prompts.get(i).prompt()),
                    format.completionIds(answers.get(i).text())));
          }
          double score = Arrays.stream(model.score(samples, BATCH)).average().orElse(0);
          System.err.printf("  %s %s: mean reward %.3f%n", sft.getFileName(), name, score);
          if (score > bestScore) {
            best = name;
            bestScore = score;
          }
        }
      }
      model.transformer().close();
    }
    AtomicFile.write(
        sft.resolve(FILE), best + " of " + epochs + ", mean reward " + bestScore + "\n");
  }
}
