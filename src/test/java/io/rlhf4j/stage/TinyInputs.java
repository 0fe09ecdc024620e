package io.rlhf4j.stage;

import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.Demonstration;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.model.Heads;
import io.rlhf4j.model.Initialization;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.RewardModel.Likelihood;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.BpeTrainer;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.RewardConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What every stage needs, in miniature: {@code model}, {@code reward}, {@code prompts.jsonl},
 * {@code demonstrations.jsonl}, {@code rankings.jsonl} and {@code text.jsonl}.
 */
final class TinyInputs {
  private TinyInputs() {}

  /** Writes them into a folder; no text is longer than {@code positions} tokens. */
  static void make(Path work, int positions) throws IOException {
    Random random = new Random(3);
    List<Prompt> prompts =
        IntStream.range(0, 48).mapToObj(i -> Prompt.plain("p" + i, words(random, 3))).toList();
    List<Demonstration> demonstrations = new ArrayList<>();
    List<Ranking> rankings = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (Prompt prompt : prompts) {
      demonstrations.add(new Demonstration(prompt, words(random, 2), "maker"));
      List<String> completions = List.of(words(random, 1), words(random, 2), words(random, 3));
      rankings.add(Ranking.of(prompt, completions, List.of(1, 2, 3), "maker"));
      text.append("{\"text\": \"").append(words(random, 9)).append("\"}\n");
    }
    DataFiles.writePrompts(work.resolve("prompts.jsonl"), prompts);
    DataFiles.writeDemonstrations(work.resolve("demonstrations.jsonl"), demonstrations);
    DataFiles.writeRankings(work.resolve("rankings.jsonl"), rankings);
    Files.writeString(work.resolve("text.jsonl"), text);
    BpeTrainer trainer = new BpeTrainer(BpeTrainer.SMALLEST_VOCABULARY + 20, 2);
    trainer.add(text.toString());
    Path vocabulary = work.resolve("vocabulary");
    trainer.train().saveTo(vocabulary, positions);
    try (Tokenizer tokenizer = Tokenizer.load(vocabulary)) {
      ModelConfig config =
          ModelConfig.gpt2(tokenizer.vocabularySize(), 32, 2, 2, positions)
              .withTokens(tokenizer.eosId(), List.of(tokenizer.eosId()), tokenizer.padId());
      try (Transformer model = Transformer.fresh(config, Precision.FLOAT32, 1);
          Transformer scalar = Transformer.empty(config, Heads.BOTH, Precision.FLOAT32, true)) {
        ModelFolder.write(work.resolve("model"), model);
        tokenizer.saveTo(work.resolve("model"));
        Initialization.gpt2(scalar, 2);
        Initialization.scalarHead(scalar, 2);
        RewardModel reward =
            new RewardModel(scalar, -1, tokenizer.padId(), new Likelihood(0.5, -3));
        ScalarFolder.write(
            work.resolve("reward"), reward, tokenizer, RewardConfig.Readout.LAST_TOKEN);
      }
    }
  }

  private static String words(Random random, int count) {
    List<String> all = List.of("moon", "sun", "tide", "rain", "wind", "sea");
    return String.join(
        " ", Stream.generate(() -> all.get(random.nextInt(all.size()))).limit(count).toList());
  }
}
